/** @file The registry of optimizers for Θ. To add one, write a file and add a line here. */
import { adam } from './adam';
import type { OptimizerEntry } from './packed';
import { rmsprop } from './rmsprop';
import { sgd } from './sgd';

export type { GradientLimits, Optimizer, OptimizerEntry } from './packed';

export const OPTIMIZERS = { sgd, rmsprop, adam } as const satisfies Record<string, OptimizerEntry>;

export type OptimizerId = keyof typeof OPTIMIZERS;
