/**
 * @file Records a training step once, as tfjs runs it, and then repeats it without tfjs. A replay is one submit, builds
 * no graph and runs no JavaScript for each kernel. The commands are the same, and so are the results, to the bit.
 *
 * A step reads three kinds of data. State and inputs lie in buffers that are older than the capture, and every replay
 * reads them there. Constants that the step itself uploaded are frozen with it. All other values are computed by the
 * step. They get buffers of their own, planned by how long each value lives, so that captures share nothing with each
 * other or with tfjs.
 */
import * as tf from '../../tf/tf';
import type { WebGPUBackend } from '../../tf/webgpu';
import { bufferOf, flush, forgetCpuCopy } from '../dispatch';
import { isSoftware } from '../tileChoice';
import { allocateFrom, StepAllocator } from './allocator';
import { Homes, submitCopies } from './homes';
import { type Lifetime, type Place, planSlots } from './planSlots';
import { ReadBackRing } from './readBackRing';
import { type Command, type Operand, recordCommands } from './recordCommands';
import { bind, encode, type Placed, type Replayable } from './replay';
import { SubmitParts } from './submitParts';

/** Bytes on the GPU. */
export interface CaptureMemory {
  /** What the step's values need with the lifetimes that tfjs gives them. */
  recorded: number;
  /** What the same values need after planning. The capture holds this much. */
  planned: number;
  /** What constants and uniforms need. */
  fixed: number;
}

export interface CapturedStep {
  /**
   * Runs the step again on the current state and inputs. Resolves with the values of `outputs`, in order. They are read
   * when `readEvery` replays are waiting, when `readNow` is called, or a frame later.
   * @param submits is the number of parts in which the GPU gets the step. The default is one. It is more if a step
   * takes so long that the system may think that the GPU hangs, or if no replay has been timed yet.
   */
  replay(submits?: number): Promise<Float32Array[]>;
  /** The tensors that the step returned. Every replay overwrites them. */
  readonly outputs: readonly tf.Tensor[];
  /** The number of replays that are read back together. The faster they are, the more. */
  readonly readEvery: number;
  /** Starts to read back all replays so far. */
  readNow(): void;
  readonly dispatches: number;
  readonly memory: CaptureMemory;
  /** The variables that the step reads or writes, each in its home. */
  readonly state: StepState;
  dispose(): void;
}

/** The variables of a captured step. Each has a home, which every replay reads and writes. */
export interface StepState {
  /** Brings every variable home. If all are at home, it costs nothing. */
  settle(): void;
  /** Copies all values, so that they can be brought back once. */
  snapshot(): { restore(): void };
  /** Returns a fingerprint of each variable's values. */
  hash(): Promise<number[]>;
}

const storage = () => GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
const isBuffer = (operand: Operand): operand is GPUBuffer => operand instanceof GPUBuffer;
const isValue = (operand: Operand): operand is Lifetime => !isBuffer(operand);
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

const operandsOf = (command: Command): Operand[] =>
  command.kind === 'copy' ? [command.from, command.to] : command.bindings.map(({ operand }) => operand);

function measureLifetimes(commands: readonly Command[]): void {
  commands.forEach((command, index) => {
    for (const operand of operandsOf(command)) {
      if (isBuffer(operand)) continue;
      if (operand.first < 0) operand.first = index;
      operand.last = index;
    }
  });
}

/**
 * Runs `step` once, for real, and records it. Everything that differs between steps must lie on the GPU before the
 * capture, in tensors that `writeTensor` changes. If data are still in CPU memory, tfjs may compute with them there,
 * and the result would be frozen. Variables may be assigned. `outputs` are float32.
 * @param changesState is false for a step that only reads the variables. Then no copy of them is kept in case it fails.
 * @param variables are all variables that the step may read or write. The default is all that exist. But a variable of
 * another run that found the GPU full may lie in an invalid buffer, and one such buffer spoils a whole submit.
 * @throws AppError `gpu/capture` if the step does something that a replay cannot repeat. The variables are then
 * restored.
 */
export function captureStep(
  backend: WebGPUBackend,
  step: () => readonly tf.Tensor[],
  { changesState = true, variables }: { changesState?: boolean; variables?: readonly tf.Variable[] } = {},
): CapturedStep {
  const { device } = backend;
  const allocator = new StepAllocator(backend);
  const state = new Homes(backend, variables);
  const owned: GPUBuffer[] = [];
  const create = (size: number) => {
    const buffer = device.createBuffer({ size, usage: storage() });
    owned.push(buffer);
    return buffer;
  };
  const outputs: tf.Tensor[] = [];
  const dispose = () => {
    flush(backend);
    for (const output of outputs) output.dispose();
    state.dispose();
    allocator.dispose();
    for (const buffer of owned) buffer.destroy();
  };
  flush(backend);
  const before = changesState ? state.copy() : [];

  try {
    const { commands } = allocateFrom(backend, allocator, () => {
      const operandOf = (buffer: GPUBuffer): Operand => allocator.valueIn(buffer) ?? buffer;
      return recordCommands(device, operandOf, () => {
        const results = step();
        for (const result of results) bufferOf(backend, result);
        flush(backend);
        if (allocator.refusal) throw allocator.refusal;
        const homes = results.map(result => ({
          from: bufferOf(backend, result),
          to: create(result.size * 4),
          size: result.size * 4,
        }));
        submitCopies(device, [...homes, ...state.strays()]);
        homes.forEach(({ to: buffer }, i) => {
          const result = results[i] as tf.Tensor;
          outputs.push(tf.keep(tf.tensor({ buffer, zeroCopy: true }, result.shape, 'float32')));
          result.dispose();
        });
      });
    });
    const touched = new Set(commands.flatMap(operandsOf));
    state.settle();
    allocator.close();
    measureLifetimes(commands);
    const values = [...touched].filter(isValue);
    const { places, sizes } = planSlots(
      values,
      commands.map(command => operandsOf(command).filter(isValue)),
    );
    const slots = sizes.map(create);
    const placeOf = new Map<Lifetime, Placed>(
      values.map((value, i) => {
        const { slot, offset } = places[i] as Place;
        return [value, { buffer: slots[slot] as GPUBuffer, offset }];
      }),
    );
    const resolve = (operand: Operand): Placed =>
      isBuffer(operand) ? { buffer: operand, offset: 0 } : (placeOf.get(operand) as Placed);
    const replayable = commands.map(command => bind(device, command, resolve));
    for (const copy of before) copy.destroy();
    state.keepOnly(touched);
    return replayer(backend, {
      ...{ state, outputs, dispose },
      commands: replayable,
      memory: {
        recorded: allocator.byteLength,
        planned: sum(sizes),
        fixed: sum(Array.from(allocator.fixed, ({ size }) => size)),
      },
    });
  } catch (error) {
    state.restore(before);
    dispose();
    throw error;
  }
}

function replayer(
  backend: WebGPUBackend,
  {
    commands,
    ...capture
  }: Pick<CapturedStep, 'outputs' | 'memory' | 'dispose'> & { state: Homes; commands: readonly Replayable[] },
): CapturedStep {
  const { device } = backend;
  const { state, outputs } = capture;
  const ring = new ReadBackRing(device, Math.max(4, 4 * sum(outputs.map(({ size }) => size))));
  const buffers = outputs.map(output => bufferOf(backend, output));
  const copyOutputs = (encoder: GPUCommandEncoder) => {
    const slot = ring.slot();
    let { offset } = slot;
    for (const buffer of buffers) {
      encoder.copyBufferToBuffer(buffer, 0, slot.buffer, offset, buffer.size);
      offset += buffer.size;
    }
  };
  const parts = new SubmitParts(commands.length, isSoftware(device));
  return {
    ...capture,
    get readEvery() {
      return ring.every;
    },
    readNow: () => ring.flush(),
    dispatches: commands.filter(({ kind }) => kind === 'dispatch').length,
    async replay(submits = parts.count) {
      flush(backend);
      state.settle();
      const start = performance.now();
      const share = Math.ceil(commands.length / submits);
      for (let first = 0; first < commands.length; first += share) {
        const end = Math.min(first + share, commands.length);
        const encoder = device.createCommandEncoder();
        encode(encoder, commands, first, end);
        if (end === commands.length) copyOutputs(encoder);
        device.queue.submit([encoder.finish()]);
      }
      state.forget();
      for (const output of outputs) forgetCpuCopy(backend, output);
      const bytes = await ring.read();
      parts.took(performance.now() - start);
      let offset = 0;
      return outputs.map(({ size }) => {
        const values = new Float32Array(bytes, offset, size);
        offset += 4 * size;
        return values;
      });
    },
    dispose() {
      ring.dispose();
      capture.dispose();
    },
  };
}

/** Overwrites a tensor's buffer. A captured step gets its inputs in this way. */
export function writeTensor(
  backend: WebGPUBackend,
  tensor: tf.Tensor,
  values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>,
): void {
  const buffer = bufferOf(backend, tensor);
  flush(backend);
  backend.device.queue.writeBuffer(buffer, 0, values);
  forgetCpuCopy(backend, tensor);
}
