/** @file The registry of optimizers for Θ: one file and one line each. */
import { adam } from './optimizers/adam';
import type { OptimizerEntry } from './optimizers/packed';
import { rmsprop } from './optimizers/rmsprop';
import { sgd } from './optimizers/sgd';

export type { Optimizer, OptimizerEntry, OptimizerHyper } from './optimizers/packed';

export const OPTIMIZERS = { sgd, rmsprop, adam } as const satisfies Record<string, OptimizerEntry>;

export type OptimizerId = keyof typeof OPTIMIZERS;
