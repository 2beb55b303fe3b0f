/** @file The registry of GPU kernels: one line each. The contract test runs all of them. */
import { addMaps } from './addMaps';
import { batchNormApply } from './batchNormApply';
import { batchNormGradientSums } from './batchNormGradientSums';
import { batchNormInputGradient } from './batchNormInputGradient';
import { batchNormMoments } from './batchNormMoments';
import { batchNormSums } from './batchNormSums';
import { batchNormWhole } from './batchNormWhole';
import { batchNormWholeGradient } from './batchNormWholeGradient';
import { centerDistances, moveCenters } from './centerLoss';
import { clipScale } from './clipScale';
import { columnSums } from './columnSums';
import { convFilterGradient } from './convFilterGradient';
import { convForward } from './convForward';
import { convInputGradient } from './convInputGradient';
import { copyChannels } from './copyChannels';
import { crossEntropyRows, maskedMean, scaledBy } from './crossEntropy';
import { dropout } from './dropout';
import { globalAverage, globalAverageGradient } from './globalAverage';
import { gradientSquares } from './gradientSquares';
import { intToFloat } from './intToFloat';
import { matMulTransposed } from './matMulTransposed';
import { maxPool, maxPoolGradient } from './maxPool';
import { normaliseRows, normaliseRowsGradient } from './normaliseRows';
import { reluGradient } from './reluGradient';
import { standardise } from './standardise';
import { sumPairs } from './sumPairs';
import { sumSplits } from './sumSplits';
import { unitForward } from './unitForward';
import { unitGradient, unitInputGradient } from './unitGradients';
import { unitMove, unitSquares } from './unitMove';
import { unitSlopes } from './unitSlopes';
import { unitWeights } from './unitWeights';
import { updateParameters } from './updateParameters';
import { weightedSum, weightedSumGradient, weightedSumWeightGradient } from './weightedSum';

export const KERNELS = {
  standardise,
  convForward,
  convInputGradient,
  convFilterGradient,
  sumSplits,
  batchNormSums,
  batchNormMoments,
  batchNormApply,
  batchNormGradientSums,
  sumPairs,
  batchNormInputGradient,
  batchNormWhole,
  batchNormWholeGradient,
  columnSums,
  reluGradient,
  maxPool,
  maxPoolGradient,
  globalAverage,
  globalAverageGradient,
  matMulTransposed,
  crossEntropyRows,
  maskedMean,
  scaledBy,
  normaliseRows,
  normaliseRowsGradient,
  dropout,
  centerDistances,
  moveCenters,
  gradientSquares,
  clipScale,
  updateParameters,
  unitForward,
  unitWeights,
  unitSlopes,
  unitGradient,
  unitInputGradient,
  unitSquares,
  unitMove,
  weightedSum,
  weightedSumGradient,
  weightedSumWeightGradient,
  intToFloat,
  copyChannels,
  addMaps,
} as const;
