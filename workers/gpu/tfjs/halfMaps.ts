/**
 * @file Lets tfjs's stock kernels work with maps of halves. These kernels know no halves, so their inputs are
 * converted to float32 first. tfjs's tape itself calls three of them, to join, split and add maps. For these we have
 * kernels that keep halves.
 */
import * as tf from '../../tf/tf';
import { WebGPUBackend } from '../../tf/webgpu';
import { runKernel } from '../dispatch';
import { halfScale, makeHalf } from '../halfMaps';
import { addMaps } from '../kernels/map/addMaps';
import { copyChannels } from '../kernels/map/copyChannels';
import { lanesOf } from '../wgsl/kernel';
import { rowsAndChannels } from './call';

type Inputs = tf.NamedTensorInfoMap;
type MapKernel = (
  backend: WebGPUBackend,
  inputs: readonly tf.TensorInfo[],
  attrs: tf.NamedAttrMap,
) => tf.TensorInfo | tf.TensorInfo[] | null;

const listed = (inputs: Inputs): tf.TensorInfo[] =>
  Object.values(inputs).filter(tensor => tensor !== undefined);

const anyHalf = (tensors: readonly tf.TensorInfo[]): boolean =>
  tensors.some(tensor => halfScale(tensor) !== undefined);

/** Makes a float32 copy. */
function inFloat32(backend: WebGPUBackend, tensor: tf.TensorInfo): tf.TensorInfo {
  const copy = backend.makeTensorInfo(tensor.shape, 'float32');
  const size = tf.util.sizeFromShape(tensor.shape);
  const whole = { channels: 4, first: 0 };
  runKernel(backend, copyChannels, { rows: size / 4, channels: 4, to: whole, from: whole }, [copy, tensor]);
  return copy;
}

/** Wraps a kernel that can read only float32. The wrapper gives it float32 copies of inputs that are halves. */
export function onFloat32(original: tf.KernelFunc): tf.KernelFunc {
  return ({ inputs, backend, attrs = {} }) => {
    if (!(backend instanceof WebGPUBackend) || !anyHalf(listed(inputs)))
      return original({ inputs, backend, attrs });
    const copies: tf.TensorInfo[] = [];
    const convert = (tensor: tf.TensorInfo) => {
      if (halfScale(tensor) === undefined) return tensor;
      const copy = inFloat32(backend, tensor);
      copies.push(copy);
      return copy;
    };
    // Some kernels take a list where the type says a record.
    const entries = Object.entries(inputs).map(
      ([name, tensor]) => [name, tensor && convert(tensor)] as const,
    );
    const given: Inputs = Object.assign(Array.isArray(inputs) ? [] : {}, Object.fromEntries(entries));
    const outputs = original({ inputs: given, backend, attrs });
    for (const { dataId } of copies) backend.disposeData(dataId);
    return outputs;
  };
}

/** Whether an axis is a map's channels, and all counts of channels are multiples of four. */
const byChannels = (axis: unknown, rank: number, counts: readonly number[]): boolean =>
  (axis === rank - 1 || axis === -1) && counts.every(count => lanesOf(count) === 4);

const mapKernels: Readonly<Record<string, MapKernel>> = {
  Concat(backend, inputs, { axis }) {
    const [first] = inputs;
    const counts = inputs.map(tensor => rowsAndChannels(tensor).channels);
    if (!first || !byChannels(axis, first.shape.length, counts)) return null;
    const { rows } = rowsAndChannels(first);
    const channels = counts.reduce((a, b) => a + b, 0);
    const scale = Math.max(...inputs.map(tensor => halfScale(tensor) ?? 1));
    const joined = makeHalf(backend, [...first.shape.slice(0, -1), channels], scale);
    let offset = 0;
    inputs.forEach((tensor, i) => {
      const count = counts[i] ?? 0;
      const [to, from] = [
        { channels, first: offset },
        { channels: count, first: 0 },
      ];
      runKernel(backend, copyChannels, { rows, channels: count, to, from }, [joined, tensor]);
      offset += count;
    });
    return joined;
  },
  SplitV(backend, [x], { numOrSizeSplits, axis }) {
    if (!x) return null;
    const counts = tf.backend_util.prepareSplitSize(
      x as tf.Tensor,
      numOrSizeSplits as number[] | number,
      x.shape.length - 1,
    );
    if (!byChannels(axis, x.shape.length, counts)) return null;
    const { rows, channels } = rowsAndChannels(x);
    let offset = 0;
    return counts.map(count => {
      const part = makeHalf(backend, [...x.shape.slice(0, -1), count], halfScale(x) ?? 1);
      const [to, from] = [
        { channels: count, first: 0 },
        { channels, first: offset },
      ];
      runKernel(backend, copyChannels, { rows, channels: count, to, from }, [part, x]);
      offset += count;
      return part;
    });
  },
  Add(backend, [a, b]) {
    if (!a || !b || !tf.util.arraysEqual(a.shape, b.shape)) return null;
    const sum = makeHalf(backend, a.shape, Math.max(halfScale(a) ?? 1, halfScale(b) ?? 1));
    runKernel(backend, addMaps, { size: tf.util.sizeFromShape(a.shape) }, [sum, a, b]);
    return sum;
  },
};

/** These kernels pass their input's data on and never read it. */
const renaming: readonly string[] = ['Identity', 'Reshape'];
const covered = new WeakSet<tf.KernelFunc>();

/**
 * Makes every kernel of a backend able to read maps of halves. Calling it again does no harm. Our own kernels already
 * can, because `runKernel` handles halves. Call it only for backends that meet such maps, so that the others pay
 * nothing.
 */
export function coverStockKernels(backendName: string, own: ReadonlySet<string>): void {
  for (const { kernelName, kernelFunc, ...rest } of tf.getKernelsForBackend(backendName)) {
    if (own.has(kernelName) || renaming.includes(kernelName) || covered.has(kernelFunc)) continue;
    const mapKernel = mapKernels[kernelName];
    const stock = onFloat32(kernelFunc);
    const kernel: tf.KernelFunc = ({ inputs, backend, attrs = {} }) => {
      const tensors = listed(inputs);
      const kept =
        mapKernel && backend instanceof WebGPUBackend && anyHalf(tensors)
          ? mapKernel(backend, tensors, attrs)
          : null;
      return kept ?? stock({ inputs, backend, attrs });
    };
    covered.add(kernel);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ ...rest, kernelName, backendName, kernelFunc: kernel });
  }
}
