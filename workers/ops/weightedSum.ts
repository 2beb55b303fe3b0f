/** @file Eq. 1: the total loss Σ w_i·L_i. */
import * as tf from '@tensorflow/tfjs';
import { byBackend, FUSED } from '../gpu/fusedNames';
import { fusedWeightedSum } from '../gpu/fusedUnit';
import { constant } from './tape';

/**
 * Σ w_i·L_i. `losses`: one scalar a task; `weights`: `[tasks]`. The losses get a gradient, and the weights where
 * `weightsMove` says so.
 */
export const weightedSum = byBackend(
  FUSED.weightedSum,
  fusedWeightedSum,
  (losses: readonly tf.Scalar[], weights: tf.Tensor1D, weightsMove: boolean): tf.Scalar =>
    tf.sum(tf.mul(tf.stack([...losses]), weightsMove ? weights : constant(weights))),
);
