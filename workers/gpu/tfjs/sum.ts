/**
 * @file Sums a short tensor over all but the last dimension, as a dense layer's bias gradient needs it. It takes one
 * dispatch instead of a transposition and a reduction.
 */
import { runKernel } from '../dispatch';
import { columnSums } from '../kernels/map/columnSums';
import { type KernelTable, rowsAndChannels } from './call';

/** If there are more rows, it is better to split them among threads. */
const mostRows = 256;

export const sumReplacements: KernelTable = {
  Sum({ backend, input, attrs }) {
    const x = input('x');
    const axes = new Set([attrs.axis].flat() as number[]);
    const last = x.shape.length - 1;
    const covered = last > 0 && axes.size === last && x.shape.every((_, i) => axes.has(i) === i < last);
    if (!covered || x.dtype !== 'float32') return null;
    const { rows, channels } = rowsAndChannels(x);
    if (rows > mostRows || rows * channels === 0) return null;
    const shape = attrs.keepDims ? x.shape.map((size, i) => (i < last ? 1 : size)) : [channels];
    const sums = backend.makeTensorInfo(shape, 'float32');
    runKernel(backend, columnSums, { rows, channels, splits: 1 }, [sums, x]);
    return sums;
  },
};
