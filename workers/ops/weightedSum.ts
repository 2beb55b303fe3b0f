/** @file Eq. 1: the total loss Σ w_i·L_i. */
import * as tf from '@tensorflow/tfjs';
import { byBackend, FUSED } from '../gpu/fusedNames';
import { fusedWeightedSum } from '../gpu/fusedUnit';

/**
 * Off the tape: a constant to every gradient. tfjs has no stopGradient; a custom-gradient op without inputs records
 * nothing and, unlike a zero gradient, costs no backward pass.
 */
const constant = <T extends tf.Tensor>(tensor: T): T =>
  tf.customGrad(() => ({ value: tensor.clone(), gradFunc: () => [] }))() as T;

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
