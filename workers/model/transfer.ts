/** @file Starting from trained weights: the same branches again, or every branch from the one that was pretrained (METHOD 5). */
import * as tf from '@tensorflow/tfjs';
import type { FileTensor } from '../formats/tensorFile';
import type { Network } from '../nets/network';
import { AppError } from '../protocol/errors';

export interface TransferSource {
  tensors: ReadonlyMap<string, FileTensor>;
  /** The one task that the source trained, counted from 0: its other branches hold nothing worth copying. `null`: all. */
  trainedTask: number | null;
  /** Same dataset and system: the heads mean the same classes. */
  sameHeads: boolean;
}

const shapeText = (shape: readonly number[]) => `[${shape.join(', ')}]`;

/**
 * Copies trunk, branches and (where they mean the same) heads into a fresh network. Nothing is written unless
 * everything fits.
 * @throws AppError `weights/missing` or `weights/shape`, naming the tensor and both shapes.
 */
export function transfer(network: Network, source: TransferSource): void {
  const writes: (() => void)[] = [];
  for (const { name, variable } of [...network.parameters, ...network.statistics]) {
    if (name.startsWith('head') && !(source.sameHeads && source.trainedTask === null)) continue;
    const branch = source.trainedTask ?? (source.tensors.has(name) ? null : 0);
    const wanted = branch === null ? name : name.replace(/^branch\d+\//, `branch${branch + 1}/`);
    const tensor = source.tensors.get(wanted);
    if (!tensor)
      throw new AppError(
        'weights/missing',
        `The weights have no tensor "${wanted}". Start with the preset they were trained with.`,
      );
    if (shapeText(tensor.shape) !== shapeText(variable.shape)) {
      throw new AppError(
        'weights/shape',
        `"${wanted}" has the shape ${shapeText(tensor.shape)}, this network wants ${shapeText(variable.shape)}. Start with the preset the weights were trained with.`,
      );
    }
    writes.push(() => tf.tidy(() => variable.assign(tf.tensor(tensor.values, variable.shape, 'float32'))));
  }
  for (const write of writes) write();
}
