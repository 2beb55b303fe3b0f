/** @file Runs a kernel of tfjs's cpu backend on tensors of the WebAssembly backend. */
import * as tf from '../tf/tf';
import { type Operand, WasmBackend } from './backend';

/** What the kernels of tfjs's cpu backend read of it. */
interface CpuBackend extends tf.KernelBackend {
  data: tf.DataStorage<{ values: tf.BackendValues }>;
  makeTensorInfo(shape: number[], dtype: tf.DataType, values?: tf.BackendValues): tf.TensorInfo;
}

let cpu: CpuBackend | null = null;
/** tfjs's own cpu backend, which holds nothing between two kernels. */
function cpuBackend(): CpuBackend {
  cpu ??= tf.engine().registryFactory.cpu?.factory() as CpuBackend;
  return cpu;
}

/** An output of the kernel: its numbers, and the input whose data it is, if it is one. */
interface Output extends tf.TensorInfo {
  values: Float32Array;
  input: Operand | undefined;
}

/** Runs the kernel, and hands its outputs to `take`. Nothing stays with the cpu backend. */
function compute(
  kernelFunc: tf.KernelFunc,
  backend: WasmBackend,
  inputs: readonly (readonly [name: string, operand: Operand])[] | readonly Operand[],
  attrs: tf.NamedAttrMap,
  take: (outputs: readonly Output[], isList: boolean) => void,
): void {
  const scratch = cpuBackend();
  const given: { info: tf.TensorInfo; operand: Operand }[] = [];
  const give = (operand: Operand) => {
    const { at, size, dtype, shape } = operand;
    const info = scratch.makeTensorInfo(shape, dtype, backend.view(at, size, dtype));
    given.push({ info, operand });
    return info;
  };
  // The inputs of `Concat` and its like are a list.
  const all = inputs.map(input =>
    Array.isArray(input) ? [input[0], give(input[1])] : give(input as Operand),
  );
  const named = all.some(Array.isArray) || all.length === 0 ? Object.fromEntries(all as []) : all;
  const made = kernelFunc({ inputs: named as tf.NamedTensorInfoMap, backend: scratch, attrs });
  const outputs = [made].flat();
  take(
    outputs.map(output => ({
      ...output,
      values: scratch.data.get(output.dataId).values as Float32Array,
      // A cast without loss shares the data on the cpu backend. Here other types take other numbers of bytes.
      input: given.find(({ info }) => info.dataId === output.dataId && info.dtype === output.dtype)?.operand,
    })),
    Array.isArray(made),
  );
  for (const { dataId } of [...outputs, ...given.map(({ info }) => info)]) scratch.disposeData(dataId, true);
}

/**
 * The kernel as a command: it reads its inputs where they lie, and its outputs are copied to blocks of their own. An
 * output that is an input, such as a reshaped one, stays shared.
 */
export function onCpu(kernelName: string, kernelFunc: tf.KernelFunc): tf.KernelFunc {
  return ({ inputs, backend, attrs = {} }) => {
    if (!(backend instanceof WasmBackend)) throw new Error('not the WebAssembly backend');
    const operands = Array.isArray(inputs)
      ? inputs.map((tensor: tf.TensorInfo) => backend.operand(tensor))
      : Object.entries(inputs).flatMap(([name, tensor]) =>
          tensor ? [[name, backend.operand(tensor)] as const] : [],
        );
    // The first run says how large the outputs are.
    let results: { info: tf.TensorInfo; own: Operand | null }[] | null = null;
    let list = false;
    const run = () =>
      compute(kernelFunc, backend, operands, attrs, (outputs, isList) => {
        list = isList;
        results ??= outputs.map(({ input, shape, dtype }) => {
          const own = input ? null : backend.make(shape, dtype);
          return { own, info: own ?? backend.share(input as Operand, shape) };
        });
        outputs.forEach(({ values }, i) => {
          const own = results?.[i]?.own;
          if (own) backend.view(own.at, own.size, own.dtype).set(values);
        });
      });
    backend.perform({ label: `${kernelName} (cpu)`, run });
    const infos = (results ?? []).map(({ info }) => info);
    return list || !infos[0] ? infos : infos[0];
  };
}
