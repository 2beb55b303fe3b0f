/** @file The registry of GPU kernels has one line for each. The contract test runs all of them. */

import { batchNormApply } from './batchNorm/batchNormApply';
import { batchNormGradientSums } from './batchNorm/batchNormGradientSums';
import { batchNormInputGradient } from './batchNorm/batchNormInputGradient';
import { batchNormMoments } from './batchNorm/batchNormMoments';
import { batchNormSums } from './batchNorm/batchNormSums';
import { batchNormWhole } from './batchNorm/batchNormWhole';
import { batchNormWholeGradient } from './batchNorm/batchNormWholeGradient';
import { sumPairs } from './batchNorm/sumPairs';
import { convFilterGradient } from './conv/convFilterGradient';
import { convForward } from './conv/convForward';
import { convInputGradient } from './conv/convInputGradient';
import { sumSplits } from './conv/sumSplits';
import { centerDistances, moveCenters } from './loss/centerLoss';
import { crossEntropyRows, maskedMean, scaledBy } from './loss/crossEntropy';
import { normaliseRows, normaliseRowsGradient } from './loss/normaliseRows';
import { addMaps } from './map/addMaps';
import { columnSums } from './map/columnSums';
import { copyChannels } from './map/copyChannels';
import { dropout } from './map/dropout';
import { globalAverage, globalAverageGradient } from './map/globalAverage';
import { intToFloat } from './map/intToFloat';
import { joinChannels, splitChannels } from './map/joinChannels';
import { matMulTransposed } from './map/matMulTransposed';
import { maxPool, maxPoolGradient } from './map/maxPool';
import { reluGradient } from './map/reluGradient';
import { standardise } from './map/standardise';
import { clipScale } from './optimizer/clipScale';
import { gradientSquares } from './optimizer/gradientSquares';
import { updateParameters } from './optimizer/updateParameters';
import { unitForward } from './unit/unitForward';
import { unitGradient, unitInputGradient } from './unit/unitGradients';
import { unitMove, unitSquares } from './unit/unitMove';
import { unitSlopes } from './unit/unitSlopes';
import { unitWeights } from './unit/unitWeights';
import { weightedSum, weightedSumGradient, weightedSumWeightGradient } from './unit/weightedSum';

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
  joinChannels,
  splitChannels,
  addMaps,
} as const;
