/**
 * @file Lets tfjs's stock kernels work with maps of halves. These kernels know no halves, so their inputs are
 * converted to float32 first. Those that tfjs's tape itself calls to join, split and add maps have replacements that
 * keep halves (`maps.ts`).
 */
import * as tf from '../../tf/tf';
import { WebGPUBackend } from '../../tf/webgpu';
import { runKernel } from '../dispatch';
import { halfScale } from '../halfMaps';
import { copyChannels } from '../kernels/map/copyChannels';

type Inputs = tf.NamedTensorInfoMap;

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
    const kernel = onFloat32(kernelFunc);
    covered.add(kernel);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ ...rest, kernelName, backendName, kernelFunc: kernel });
  }
}
