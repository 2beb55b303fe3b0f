/** @file The dynamic-weight unit on a WebGPU backend: two dispatches forward, two for a gradient, two for the step. */
import type * as tf from '../../tf/tf';
import { forgetCpuCopy, runKernel } from '../dispatch';
import { FUSED, runFused } from '../fusedNames';
import { unitForward } from '../kernels/unit/unitForward';
import { unitGradient, unitInputGradient } from '../kernels/unit/unitGradients';
import { unitMove, unitSquares } from '../kernels/unit/unitMove';
import { recordLength, type UnitShape } from '../kernels/unit/unitShape';
import { type UnitSlopesOptions, unitSlopes } from '../kernels/unit/unitSlopes';
import { unitWeights } from '../kernels/unit/unitWeights';
import type { Call, KernelTable } from './call';

/** Reads the sizes from Z `[batch, zSize]`, b `[rows]` and attrs normaliseZ, normaliseLogits, logitScale, firstTask. */
function shapeOf({ attrs }: Call, z: tf.TensorInfo, rows: number): UnitShape & { firstTask: number } {
  const [batch = 0, zSize = 0] = z.shape;
  return {
    ...{ batch, zSize, rows, firstTask: attrs.firstTask as number },
    ...{ normaliseZ: attrs.normaliseZ as boolean, normaliseLogits: attrs.normaliseLogits as boolean },
    logitScale: attrs.logitScale as number,
  };
}

/** Computes the slopes ∂/∂f `[batch, rows]`. The caller gives the buffers that `unitSlopes` reads after the records. */
function slopesOf(
  { backend }: Call,
  options: UnitSlopesOptions,
  inputs: readonly tf.TensorInfo[],
): tf.TensorInfo {
  const slopes = backend.makeTensorInfo([options.batch, options.rows], 'float32');
  runKernel(backend, unitSlopes, options, [slopes, ...inputs]);
  return slopes;
}

function parameterGradients(
  { backend, input }: Call,
  shape: UnitShape,
  slopes: tf.TensorInfo,
): [dpsi: tf.TensorInfo, db: tf.TensorInfo] {
  const dpsi = backend.makeTensorInfo([shape.rows, shape.zSize], 'float32');
  const db = backend.makeTensorInfo([shape.rows], 'float32');
  runKernel(backend, unitGradient, shape, [dpsi, db, slopes, input('records'), input('z')]);
  return [dpsi, db];
}

export const weightUnitKernels: KernelTable = {
  /** z, psi, b, present → weights `[tasks]`, shortest, records. */
  [FUSED.unitForward](call) {
    const { backend, input } = call;
    const [z, psi, b, present] = [input('z'), input('psi'), input('b'), input('present')];
    const shape = shapeOf(call, z, psi.shape[0] ?? 0);
    const { batch, rows, firstTask } = shape;
    const records = backend.makeTensorInfo([batch, recordLength(rows)], 'float32');
    const weights = backend.makeTensorInfo([firstTask + rows], 'float32');
    const shortest = backend.makeTensorInfo([], 'float32');
    runKernel(backend, unitForward, shape, [records, z, psi, b, present]);
    runKernel(backend, unitWeights, { batch, rows, firstTask }, [weights, shortest, records]);
    return [weights, shortest, records];
  },
  /** dweights, z, psi, b, records → dz, dpsi, db. */
  [FUSED.unitForwardGradient](call) {
    const { backend, input } = call;
    const [z, psi, records] = [input('z'), input('psi'), input('records')];
    const shape = shapeOf(call, z, psi.shape[0] ?? 0);
    const slopes = slopesOf(call, { ...shape, from: 'weights' }, [records, input('dweights')]);
    const dz = backend.makeTensorInfo(z.shape, 'float32');
    const normalised = shape.normaliseZ ? [records, input('b'), z] : [];
    runKernel(backend, unitInputGradient, shape, [dz, slopes, psi, ...normalised]);
    const gradients = parameterGradients(call, shape, slopes);
    backend.disposeData(slopes.dataId);
    return [dz, ...gradients];
  },
  /** z, records, present, sigma, loss0 … of the tasks that have a row; attr formula → dpsi, db. */
  [FUSED.unitL3Gradient](call) {
    const { backend, input, attrs } = call;
    const records = input('records');
    const rows = ((records.shape[1] ?? 0) - recordLength(0)) / (recordLength(1) - recordLength(0));
    const shape = shapeOf(call, input('z'), rows);
    const losses = Array.from({ length: rows }, (_, r) => input(`loss${r}`));
    const slopes = slopesOf(call, { ...shape, from: attrs.formula === 'printed' ? 'l3AsPrinted' : 'l3' }, [
      ...[records, input('present'), input('sigma')],
      ...losses,
    ]);
    const gradients = parameterGradients(call, shape, slopes);
    backend.disposeData(slopes.dataId);
    return gradients;
  },
  /** psi, b, dpsi, db, longest, present; attrs weightDecay, clipNorm, rescale, firstTask. Writes psi and b. */
  [FUSED.unitMove]({ backend, input, attrs }) {
    const [psi, b, dpsi, db] = [input('psi'), input('b'), input('dpsi'), input('db')];
    const present = input('present');
    const [rows = 0, zSize = 0] = psi.shape;
    const options = {
      ...{ zSize, rows, firstTask: attrs.firstTask as number },
      weightDecay: attrs.weightDecay as number,
    };
    const [parts = 0] = unitSquares.sizes(options).outputs;
    const squares = backend.makeTensorInfo([parts], 'float32');
    runKernel(backend, unitSquares, options, [squares, dpsi, db, psi, b, present]);
    const how = { clipNorm: attrs.clipNorm as number, rescale: attrs.rescale as boolean };
    runKernel(backend, unitMove, { ...options, ...how }, [
      ...[psi, b, dpsi, db, squares, input('longest')],
      present,
    ]);
    for (const tensor of [psi, b]) forgetCpuCopy(backend, tensor);
    backend.disposeData(squares.dataId);
    return [];
  },
};

/** The forward kernel has several outputs, and tfjs wants the gradient of such a kernel in its registry. */
export const unitForwardGradient: tf.GradConfig = {
  kernelName: FUSED.unitForward,
  inputsToSave: ['z', 'psi', 'b'],
  outputsToSave: [false, false, true],
  gradFunc(dys, saved, attrs) {
    const [dweights] = dys as [tf.Tensor, tf.Tensor, tf.Tensor];
    const [z, psi, b, records] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const inputs = { dweights, z, psi, b, records };
    const [dz, dpsi, db] = runFused(FUSED.unitForwardGradient, inputs, attrs as tf.NamedAttrMap);
    return { z: () => dz as tf.Tensor, psi: () => dpsi as tf.Tensor, b: () => db as tf.Tensor };
  },
};
