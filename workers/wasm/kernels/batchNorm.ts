/** @file Batch norm with ReLU, in training and at inference. */
import { FUSED } from '../../gpu/fusedNames';
import type { Operand, WasmBackend } from '../backend';
import { type KernelTable, rowsAndChannels } from '../call';
import { FourChannels } from '../fourChannels';

/** As in the assembly. */
const chunkRows = 64;
const chunksOf = (rows: number) => Math.ceil(rows / chunkRows);

/** z = ReLU((y − mean)/s + β). `z` may be `y`. */
export function applyBatchNorm(
  backend: WasmBackend,
  [y, mean, variance, beta]: readonly [y: Operand, mean: Operand, variance: Operand, beta: Operand],
  epsilon: number,
  z: Operand,
): void {
  const { rows, channels } = rowsAndChannels(y);
  const maps = new FourChannels(backend, channels);
  const numbers = [y, mean, variance, beta].map(operand => maps.read(operand));
  backend.run('batchNormApply', [...numbers, epsilon, maps.write(z), maps.wide, rows], chunksOf(rows));
  maps.finish();
}

export const batchNormKernels: KernelTable = {
  /** y, beta and, to be updated, movingMean, movingVariance (attr decay) → z, mean, variance. */
  [FUSED.batchNormRelu]({ backend, input, optional, attrs }) {
    const y = input('y');
    const { rows, channels } = rowsAndChannels(y);
    const [z, mean, variance] = [backend.make(y.shape), backend.make([channels]), backend.make([channels])];
    const maps = new FourChannels(backend, channels);
    const parts = backend.allocate(4 * 2 * maps.wide * chunksOf(rows));
    backend.run('batchNormChunks', [maps.read(y), maps.wide, rows, parts], chunksOf(rows));
    const moving = [optional('movingMean'), optional('movingVariance')].map(statistic =>
      statistic ? maps.update(statistic) : 0,
    );
    backend.run(
      'batchNormMoments',
      [
        ...[parts, maps.wide, rows, maps.write(mean), maps.write(variance)],
        ...[...moving, (attrs.decay as number | undefined) ?? 0],
      ],
      maps.wide,
    );
    maps.finish();
    backend.release(parts);
    applyBatchNorm(backend, [y, mean, variance, input('beta')], attrs.epsilon as number, z);
    return [z, mean, variance];
  },
  /** dz, y, beta, mean, variance → dy, dβ. */
  [FUSED.batchNormReluGradient]({ backend, input, attrs }) {
    const y = input('y');
    const { rows, channels } = rowsAndChannels(y);
    const epsilon = attrs.epsilon as number;
    const [dy, betaGradient] = [backend.make(y.shape), backend.make([channels])];
    const maps = new FourChannels(backend, channels);
    const parts = backend.allocate(4 * 2 * maps.wide * chunksOf(rows));
    const means = backend.allocate(4 * 2 * maps.wide);
    const variance = maps.read(input('variance'));
    const norm = [
      ...[maps.read(input('dz')), maps.read(y), maps.read(input('mean')), variance],
      ...[maps.read(input('beta')), epsilon],
    ];
    backend.run('batchNormGradientChunks', [...norm, maps.wide, rows, parts], chunksOf(rows));
    backend.run(
      'batchNormGradientSums',
      [parts, maps.wide, rows, variance, epsilon, maps.write(betaGradient), means],
      maps.wide,
    );
    backend.run('batchNormInputGradient', [...norm, means, maps.write(dy), maps.wide, rows], chunksOf(rows));
    maps.finish();
    backend.release(parts);
    backend.release(means);
    return [dy, betaGradient];
  },
};
