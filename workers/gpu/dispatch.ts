/**
 * @file Runs our own compute programs in the order of tfjs's stream. tfjs's `runWebGPUProgram` allows one output and
 * read-only inputs. Here any binding may be written, and a program costs one bind group and no uniform buffer.
 *
 * tfjs keeps its command encoder private, but it asks the device for one in a single public method. We wrap that method
 * and `device.createCommandEncoder`, and so know which backend an encoder belongs to. Buffers that tfjs frees in the
 * meantime are safe: only commands that come later in the same stream can reuse a freed storage buffer.
 */
import { AppError } from '../protocol/errors';
import type { TensorInfo } from '../tf/tf';
import * as tf from '../tf/tf';
import type { WebGPUBackend } from '../tf/webgpu';
import { halvesAmong } from './halfMaps';
import { intToFloat } from './kernels/map/intToFloat';
import type { Halves } from './wgsl/halfStorage';
import type { Kernel, Program } from './wgsl/kernel';
import { programFor } from './wgsl/programFor';

/** The commands that one backend has recorded since its last submit. */
interface Stream {
  encoder: GPUCommandEncoder | null;
  dispatches: number;
}

const streams = new WeakMap<WebGPUBackend, Stream>();
const pipelines = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>();
const hookedDevices = new WeakSet<GPUDevice>();
/** The stream whose backend is asking for an encoder right now. */
let asking: Stream | null = null;

function hookDevice(device: GPUDevice): void {
  if (hookedDevices.has(device)) return;
  hookedDevices.add(device);
  const create = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = descriptor => {
    const encoder = create(descriptor);
    if (asking) asking.encoder = encoder;
    return encoder;
  };
}

/** Returns the backend's stream, which is followed from the first call on. */
function streamOf(backend: WebGPUBackend): Stream {
  const known = streams.get(backend);
  if (known) return known;
  // We cannot tell which backend an open encoder belongs to. So it is submitted, and we see the next one being created.
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.submitQueue();
  hookDevice(backend.device);
  const stream: Stream = { encoder: null, dispatches: 0 };
  streams.set(backend, stream);
  const ensure = backend.ensureCommandEncoderReady.bind(backend);
  backend.ensureCommandEncoderReady = () => {
    asking = stream;
    try {
      ensure();
    } finally {
      asking = null;
    }
  };
  const submit = backend.submitQueue.bind(backend);
  backend.submitQueue = () => {
    submit();
    stream.encoder = null;
    stream.dispatches = 0;
  };
  return stream;
}

/** Submits what the backend has recorded so far, so that commands of another encoder come after it. */
export function flush(backend: WebGPUBackend): void {
  if (!streamOf(backend).encoder) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/**
 * Returns the program's pipeline. The key is the WGSL itself, so programs share a pipeline exactly if their text is
 * equal.
 */
export function pipelineOf(device: GPUDevice, { label, wgsl }: Program): GPUComputePipeline {
  const known = pipelines.get(device) ?? new Map<string, GPUComputePipeline>();
  pipelines.set(device, known);
  let pipeline = known.get(wgsl);
  if (!pipeline) {
    const module = device.createShaderModule({ label, code: wgsl });
    pipeline = device.createComputePipeline({ label, layout: 'auto', compute: { module } });
    known.set(wgsl, pipeline);
  }
  return pipeline;
}

/** The programs that are being compiled, keyed by their text. */
const ahead = new WeakMap<GPUDevice, Map<string, Promise<void>>>();
/** The compilations that the work inside `compilingIn` has to wait for. */
let wanted: Set<Promise<void>> | null = null;

/**
 * Runs `work`.
 * @returns one promise for each program that is being compiled for it, no matter who began that. They never reject.
 */
export function compilingIn(work: () => void): ReadonlySet<Promise<void>> {
  const outer = wanted;
  const own = new Set<Promise<void>>();
  wanted = own;
  try {
    work();
  } finally {
    wanted = outer;
  }
  return own;
}

/**
 * Compiles a program in the background. If it fails, `pipelineOf` reports the error when it compiles the program
 * again.
 */
export function compileAhead(device: GPUDevice, { label, wgsl }: Program): void {
  const known = pipelines.get(device) ?? new Map<string, GPUComputePipeline>();
  pipelines.set(device, known);
  const begun = ahead.get(device) ?? new Map<string, Promise<void>>();
  ahead.set(device, begun);
  if (known.has(wgsl)) return;
  let compiling = begun.get(wgsl);
  if (!compiling) {
    const module = device.createShaderModule({ label, code: wgsl });
    compiling = device
      .createComputePipelineAsync({ label, layout: 'auto', compute: { module } })
      .then(
        pipeline => void known.set(wgsl, pipeline),
        () => undefined,
      )
      .finally(() => begun.delete(wgsl));
    begun.set(wgsl, compiling);
  }
  wanted?.add(compiling);
}

/**
 * Records one dispatch after everything that tfjs has recorded. While tfjs only compiles, this only compiles too.
 * @param buffers are given in binding order.
 * @throws AppError `gpu/stream` if tfjs's backend no longer makes its encoders as `streamOf` expects.
 */
function dispatch(backend: WebGPUBackend, program: Program, buffers: readonly GPUBuffer[]): void {
  if (tf.env().getBool('WEBGPU_ENGINE_COMPILE_ONLY')) {
    compileAhead(backend.device, program);
    return;
  }
  const stream = streamOf(backend);
  backend.ensureCommandEncoderReady();
  if (!stream.encoder)
    throw new AppError(
      'gpu/stream',
      `${program.label}: tfjs's WebGPU backend made no command encoder where version 4.22 makes one. Use that version.`,
    );
  const pipeline = pipelineOf(backend.device, program);
  const bindGroup = backend.device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  backend.endComputePassEncoder();
  const pass = stream.encoder.beginComputePass({ label: program.label });
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(...program.workgroups);
  pass.end();
  stream.dispatches++;
  if (stream.dispatches >= Number(tf.env().get('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE'))) backend.submitQueue();
}

/** Returns a tensor's buffer. A tensor that has none yet is uploaded, or a buffer is allocated for it. */
export function bufferOf(backend: WebGPUBackend, { dataId }: TensorInfo): GPUBuffer {
  backend.uploadToGPU(dataId);
  const { resource } = backend.tensorMap.get(dataId);
  if (!(resource instanceof GPUBuffer))
    throw new AppError(
      'gpu/buffer',
      'A tensor lies in a texture, but kernels read buffers. Copy it first: tf.clone of a result.',
    );
  return resource;
}

/** Must be called after a write in place. tfjs's `data()` caches what it has read and would return the old values. */
export function forgetCpuCopy(backend: WebGPUBackend, { dataId }: TensorInfo): void {
  Object.assign(backend.tensorMap.get(dataId), { values: null });
}

let programs = new Map<string, Program>();

/** Runs `work`, then forgets the programs that `work` was the first to generate. */
export function withTrialPrograms<T>(work: () => T): T {
  const before = programs;
  programs = new Map(before);
  try {
    return work();
  } finally {
    programs = before;
  }
}

/**
 * Returns a kernel's program for these options, and for the operands that are stored as halves. Each is generated once.
 * The options must be plain data.
 */
export function programOf<Options>(
  kernel: Kernel<Options>,
  options: Options,
  halves: Halves | null = null,
): Program {
  const key = kernel.name + JSON.stringify(options) + (halves ? JSON.stringify(halves) : '');
  let program = programs.get(key);
  if (!program) {
    program = programFor(kernel, options, halves);
    programs.set(key, program);
  }
  return program;
}

/** Whether tfjs calls a tensor float32 but its buffer holds integers. A cast in tfjs only renames the type. */
function holdsIntegers(backend: WebGPUBackend, { dataId, dtype }: TensorInfo): boolean {
  return dtype === 'float32' && backend.tensorMap.get(dataId).dtype !== 'float32';
}

/** Records one kernel. The tensors come in binding order: first the outputs, then the inputs. */
export function runKernel<Options>(
  backend: WebGPUBackend,
  kernel: Kernel<Options>,
  options: Options,
  tensors: readonly TensorInfo[],
): void {
  const converted: TensorInfo[] = [];
  const operands = tensors.map(tensor => {
    if (!holdsIntegers(backend, tensor)) return tensor;
    const floats = backend.makeTensorInfo(tensor.shape, 'float32');
    converted.push(floats);
    const size = tf.util.sizeFromShape(tensor.shape);
    dispatch(backend, programOf(intToFloat, { size }), [
      bufferOf(backend, floats),
      bufferOf(backend, tensor),
    ]);
    return floats;
  });
  dispatch(
    backend,
    programOf(kernel, options, halvesAmong(backend.device, operands)),
    operands.map(tensor => bufferOf(backend, tensor)),
  );
  for (const { dataId } of converted) backend.disposeData(dataId);
}
