/**
 * @file Batch norm forward, second of three: mean and biased variance from the parts of `batchNormSums`. If there is a
 * decay, the same dispatch updates the moving statistics: m ← decay · m + (1 − decay) · batch.
 */
import {
  type ColumnSplit,
  columnCases,
  columnSplits,
  float,
  type Kernel,
  sumOfParts,
  type Values,
  vectorType,
} from '../../wgsl/kernel';

export interface BatchNormMomentsOptions extends ColumnSplit {
  /** The decay of the moving statistics. Without it they are neither bound nor changed. */
  decay?: number;
}

/** Declares the moving mean and variance from `binding` on, if there is a decay. `next` is the first free binding. */
export function movingBindings(
  binding: number,
  decay: number | undefined,
  type: string,
): { declarations: string; next: number } {
  if (decay === undefined) return { declarations: '', next: binding };
  return {
    declarations: `
@group(0) @binding(${binding}) var<storage, read_write> movingMean: array<${type}>;
@group(0) @binding(${binding + 1}) var<storage, read_write> movingVariance: array<${type}>;`,
    next: binding + 2,
  };
}

/** Returns statements that move element `i` of both towards the batch's mean and variance. */
export function moveStatistics(decay: number | undefined, i: string, mean: string, variance: string): string {
  if (decay === undefined) return '';
  const moved = (old: string, batch: string) =>
    `${old}[${i}] = ${old}[${i}] * ${float(decay)} + ${batch} * ${float(1 - decay)};`;
  return `${moved('movingMean', mean)}\n  ${moved('movingVariance', variance)}`;
}

/** Does the same on plain arrays. `moving` begins with the moving mean and variance. */
export function movingReference(
  decay: number | undefined,
  mean: Values,
  variance: Values,
  moving: readonly Values[],
): void {
  if (decay === undefined) return;
  for (const [i, batch] of [mean, variance].entries()) {
    const old = moving[i];
    for (let c = 0; old && c < batch.length; c++)
      old[c] = decay * (old[c] ?? 0) + (1 - decay) * (batch[c] ?? 0);
  }
}

/**
 * Buffers: mean `[channels]`, variance `[channels]`, with a decay the moving ones, then parts `[splits, 3,
 * channels]`.
 */
export const batchNormMoments: Kernel<BatchNormMomentsOptions> = {
  name: 'batchNormMoments',
  wgsl(options) {
    const { lanes, workgroups, main } = sumOfParts(3, options);
    const T = vectorType(lanes);
    const share = float(1 / options.rows);
    const moving = movingBindings(2, options.decay, T);
    return {
      label: 'batchNormMoments',
      workgroups,
      wgsl: `
@group(0) @binding(0) var<storage, read_write> mean: array<${T}>;
@group(0) @binding(1) var<storage, read_write> variance: array<${T}>;
${moving.declarations}
@group(0) @binding(${moving.next}) var<storage, read> parts: array<${T}>;
${main}
  let shift = total1 * ${share};
  let batchMean = total0 * ${share};
  let batchVariance = max(total2 * ${share} - shift * shift, ${T}());
  mean[i] = batchMean;
  variance[i] = batchVariance;
  ${moveStatistics(options.decay, 'i', 'batchMean', 'batchVariance')}
}`,
    };
  },
  sizes: ({ channels, splits, decay }) => ({
    outputs: Array.from({ length: decay === undefined ? 2 : 4 }, () => channels),
    inputs: [splits * 3 * channels],
  }),
  reference({ rows, channels, splits, decay }, mean, variance, ...others) {
    const parts = others.at(-1);
    for (let c = 0; c < channels; c++) {
      const [sum, shifted, squares] = [0, 1, 2].map(kind => {
        let total = 0;
        for (let split = 0; split < splits; split++) total += parts?.[(split * 3 + kind) * channels + c] ?? 0;
        return total / rows;
      }) as [number, number, number];
      mean[c] = sum;
      variance[c] = Math.max(squares - shifted ** 2, 0);
    }
    movingReference(decay, mean, variance, others);
  },
  cases: [...columnCases, columnSplits(1200, 8, 1000)].map((split, i) =>
    i % 2 === 0 ? split : { ...split, decay: 0.9 },
  ),
};
