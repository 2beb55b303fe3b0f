/**
 * @file Runs our own compute programs in the order of tfjs's stream. tfjs's `runWebGPUProgram` allows one output and
 * read-only inputs; here any binding may be written, and a program costs one bind group instead of a uniform buffer.
 *
 * tfjs keeps its command encoder private, but asks the device for it in one public method, so wrapping that method and
 * `device.createCommandEncoder` tells whose encoder it is. Buffers that tfjs frees in the meantime are safe: a freed
 * storage buffer is only ever reused by commands that come later in the same stream.
 */
import type { TensorInfo } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { AppError } from '../protocol/errors';
import { halvesAmong } from './halfMaps';
import { intToFloat } from './kernels/map/intToFloat';
import type { Halves } from './wgsl/halfStorage';
import type { Kernel, Program } from './wgsl/kernel';
import { programFor } from './wgsl/programFor';

/** What one backend has recorded since its last submit. */
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

/** The backend's stream, followed from now on. */
function streamOf(backend: WebGPUBackend): Stream {
  const known = streams.get(backend);
  if (known) return known;
  // Whose encoder an open one is can no longer be told: submit it, so that the next is seen from its creation.
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

/** Submits what the backend has recorded so far: commands of another encoder then come after it. */
export function flush(backend: WebGPUBackend): void {
  if (!streamOf(backend).encoder) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/** The key is the WGSL itself: two programs are the same pipeline exactly if they are the same text. */
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

/** Programs that are being compiled, by their text. */
const ahead = new WeakMap<GPUDevice, Map<string, Promise<void>>>();
/** What the work of `compilingIn` has to wait for. */
let wanted: Set<Promise<void>> | null = null;

/** Runs `work`; @returns what is compiled ahead for it, whoever began: a promise each, which never rejects. */
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

/** Compiles beside everything else what `pipelineOf` would make others wait for. What cannot be compiled it reports. */
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
 * Records one dispatch behind everything tfjs has recorded; compiles it and no more where tfjs only compiles.
 * @param buffers in binding order.
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

/** A tensor's buffer, uploaded or allocated if it has none yet. */
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

/** After a write in place: `data()` keeps what it once read, so it would return the values from before. */
export function forgetCpuCopy(backend: WebGPUBackend, { dataId }: TensorInfo): void {
  Object.assign(backend.tensorMap.get(dataId), { values: null });
}

let programs = new Map<string, Program>();

/** Runs `work` and forgets the programs that it was the first to generate. */
export function withTrialPrograms<T>(work: () => T): T {
  const before = programs;
  programs = new Map(before);
  try {
    return work();
  } finally {
    programs = before;
  }
}

/** A kernel's program for these options and operands kept as halves, generated once. The options must be plain data. */
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

/** float32 to tfjs, integers in its buffer: the result of a cast, which only renames. */
function holdsIntegers(backend: WebGPUBackend, { dataId, dtype }: TensorInfo): boolean {
  return dtype === 'float32' && backend.tensorMap.get(dataId).dtype !== 'float32';
}

/** Records one kernel on tensors in binding order: outputs, then inputs. */
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
