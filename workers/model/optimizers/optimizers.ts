/** @file The registry of optimizers for Θ: one file and one line each. */
import { adam } from './adam';
import type { OptimizerEntry } from './packed';
import { rmsprop } from './rmsprop';
import { sgd } from './sgd';

export type { GradientLimits, Optimizer, OptimizerEntry } from './packed';

export const OPTIMIZERS = { sgd, rmsprop, adam } as const satisfies Record<string, OptimizerEntry>;

export type OptimizerId = keyof typeof OPTIMIZERS;
