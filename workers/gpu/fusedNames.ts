/** @file The names under which tfjs knows our fused kernels. A backend registers them, and an op looks for them. */
import * as tf from '../tf/tf';

export const FUSED = {
  standardise: 'SeesawStandardise',
  batchNormRelu: 'SeesawBatchNormRelu',
  batchNormReluGradient: 'SeesawBatchNormReluGradient',
  convBatchNormRelu: 'SeesawConvBatchNormRelu',
  residualTail: 'SeesawResidualTail',
  residualTailGradient: 'SeesawResidualTailGradient',
  maxPool: 'SeesawMaxPool',
  maxPoolGradient: 'SeesawMaxPoolGradient',
  globalAverage: 'SeesawGlobalAverage',
  globalAverageGradient: 'SeesawGlobalAverageGradient',
  crossEntropy: 'SeesawCrossEntropy',
  crossEntropyGradient: 'SeesawCrossEntropyGradient',
  normaliseRows: 'SeesawNormaliseRows',
  normaliseRowsGradient: 'SeesawNormaliseRowsGradient',
  dropout: 'SeesawDropout',
  centerLoss: 'SeesawCenterLoss',
  centerLossGradient: 'SeesawCenterLossGradient',
  moveCenters: 'SeesawMoveCenters',
  optimizerStep: 'SeesawOptimizerStep',
  weightedSum: 'SeesawWeightedSum',
  weightedSumGradient: 'SeesawWeightedSumGradient',
  weightedSumWeightGradient: 'SeesawWeightedSumWeightGradient',
  unitForward: 'SeesawUnitForward',
  unitForwardGradient: 'SeesawUnitForwardGradient',
  unitL3Gradient: 'SeesawUnitL3Gradient',
  unitMove: 'SeesawUnitMove',
} as const;

export type FusedName = (typeof FUSED)[keyof typeof FUSED];

/** Runs a fused kernel on the current backend. Its outputs belong to the enclosing tidy. */
export function runFused(
  name: FusedName,
  inputs: tf.NamedTensorMap,
  attrs: tf.NamedAttrMap = {},
): tf.Tensor[] {
  return [tf.engine().runKernel(name, inputs, attrs)].flat() as tf.Tensor[];
}

/** Whether the current backend has a fused kernel. */
export const hasFused = (name: FusedName): boolean => Boolean(tf.getKernel(name, tf.getBackend()));
