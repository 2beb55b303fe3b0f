/**
 * @file Replaces the stock kernels that tfjs's tape calls to join maps by channels, to split them, and to add them up
 * where several layers read one map. Ours take one dispatch each and also work with halves. All other calls go to the
 * stock kernels.
 */
import * as tf from '../../tf/tf';
import type { WebGPUBackend } from '../../tf/webgpu';
import { runKernel } from '../dispatch';
import { halfScale, makeHalf } from '../halfMaps';
import { addMaps } from '../kernels/map/addMaps';
import { joinChannels, splitChannels } from '../kernels/map/joinChannels';
import { lanesOf } from '../wgsl/kernel';
import { type KernelTable, rowsAndChannels } from './call';

/** Creates a map for the content of others. It has halves if one of them has. */
function makeLike(
  backend: WebGPUBackend,
  shape: readonly number[],
  others: readonly tf.TensorInfo[],
): tf.TensorInfo {
  const scales = others.map(halfScale).filter(scale => scale !== undefined);
  return scales.length > 0
    ? makeHalf(backend, shape, Math.max(...scales))
    : backend.makeTensorInfo([...shape], 'float32');
}

const isMap = ({ shape, dtype }: tf.TensorInfo): boolean => shape.length === 4 && dtype === 'float32';

/** Whether the parts of a map have so few bindings that every device can hold them, and fit halves if there are any. */
const covered = (channels: readonly number[], maps: readonly tf.TensorInfo[]): boolean =>
  channels.length < 8 &&
  channels.every(count => count > 0) &&
  (channels.every(count => lanesOf(count) === 4) || maps.every(map => halfScale(map) === undefined));

export const mapReplacements: KernelTable = {
  Concat({ backend, inputs, attrs }) {
    const maps = inputs();
    const channels = maps.map(map => rowsAndChannels(map).channels);
    const [first] = maps;
    if (!first || !maps.every(isMap) || !(attrs.axis === 3 || attrs.axis === -1) || !covered(channels, maps))
      return null;
    const joined = makeLike(
      backend,
      [...first.shape.slice(0, -1), channels.reduce((a, b) => a + b, 0)],
      maps,
    );
    runKernel(backend, joinChannels, { rows: rowsAndChannels(first).rows, channels }, [joined, ...maps]);
    return joined;
  },
  SplitV({ backend, input, attrs }) {
    const x = input('x');
    if (!isMap(x) || !(attrs.axis === 3 || attrs.axis === -1)) return null;
    const sizes = attrs.numOrSizeSplits as number[] | number;
    const channels = tf.backend_util.prepareSplitSize(x as tf.Tensor, sizes, 3);
    if (!covered(channels, [x])) return null;
    const parts = channels.map(count => makeLike(backend, [...x.shape.slice(0, -1), count], [x]));
    runKernel(backend, splitChannels, { rows: rowsAndChannels(x).rows, channels }, [...parts, x]);
    return parts;
  },
  Add({ backend, input }) {
    const [a, b] = [input('a'), input('b')];
    if (!isMap(a) || !isMap(b) || !tf.util.arraysEqual(a.shape, b.shape)) return null;
    const sum = makeLike(backend, a.shape, [a, b]);
    runKernel(backend, addMaps, { size: tf.util.sizeFromShape(a.shape) }, [sum, a, b]);
    return sum;
  },
};
