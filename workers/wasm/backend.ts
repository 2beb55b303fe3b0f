/**
 * @file A tfjs backend whose tensors lie in the linear memory of our WebAssembly kernels. Every kernel call becomes a
 * command over fixed addresses, runs at once and, while a step is recorded, is kept to run again.
 */

import { AppError } from '../protocol/errors';
import * as tf from '../tf/tf';
import type { Heap } from './heap';
import type { Kernels } from './module';
import { type Command, Recorder } from './recorder';
import type { Threads } from './threads';

export const wasmBackendName = 'seesaw-wasm';

interface Datum {
  at: number;
  /** Numbers. */
  size: number;
  dtype: tf.DataType;
  refCount: number;
}

/** A tensor and where it lies. */
export interface Operand extends tf.TensorInfo {
  /** Address in bytes. */
  at: number;
  /** Numbers. */
  size: number;
}

type Argument = number | boolean;

/** float32 and int32 take four bytes a number, bool one. */
const widthOf = (dtype: tf.DataType): number => (dtype === 'bool' ? 1 : 4);

export class WasmBackend extends tf.KernelBackend {
  readonly heap: Heap;
  readonly #kernels: Kernels;
  readonly #data: tf.DataStorage<Datum>;
  #recorder: Recorder | null = null;
  /** All recordings that were not disposed: tensors may hold blocks of theirs. */
  readonly #recordings = new Set<Recorder>();

  /** The threads that share recorded steps, if there are any. */
  readonly threads: Threads | null;

  constructor(kernels: Kernels, heap: Heap, threads: Threads | null = null) {
    super();
    this.#kernels = kernels;
    this.heap = heap;
    this.threads = threads;
    this.#data = new tf.DataStorage(this, tf.engine());
  }

  // Blocks

  /** A block for a value. */
  allocate(bytes: number): number {
    return this.#recorder ? this.#recorder.value(bytes) : this.heap.allocate(bytes);
  }

  /** A block whose content a replay must find as it is now. */
  allocateFixed(bytes: number): number {
    return this.#recorder ? this.#recorder.constant(bytes) : this.heap.allocate(bytes);
  }

  release(at: number): void {
    for (const recording of this.#recordings) if (recording.release(at)) return;
    this.heap.free(at);
  }

  // Commands

  #kernel(name: string): (...numbers: Argument[]) => void {
    const kernel = this.#kernels[name];
    if (!kernel) throw new AppError('wasm/kernel', `The module has no kernel "${name}".`);
    return kernel;
  }

  /**
   * Runs a kernel, and keeps the command while a step is recorded.
   * @param range the number of items that threads may share. Their first and last are the kernel's last arguments.
   */
  run(kernel: string, numbers: readonly Argument[], range?: number): void {
    const call = this.#kernel(kernel);
    const all = range === undefined ? numbers : [...numbers, 0, range];
    this.perform({
      label: kernel,
      run: () => call(...all),
      call: { kernel, numbers, ...(range === undefined ? {} : { range }) },
    });
  }

  /** The same for work in JavaScript. It must look for its views anew each time, because the memory may have grown. */
  perform(command: Command): void {
    command.run();
    this.#recorder?.commands.push(command);
  }

  /** A kernel that only fills a fixed block: a replay finds the block as it is. */
  runOnce(kernel: string, numbers: readonly Argument[]): void {
    this.#kernel(kernel)(...numbers);
  }

  /**
   * Runs `work`, which is recorded. The caller disposes the recording.
   * @throws AppError `gpu/capture` if another step is being recorded, or if `work` reads a tensor back.
   */
  record(work: () => void): {
    commands: readonly Command[];
    planned: number;
    fixed: number;
    dispose(): void;
  } {
    if (this.#recorder)
      throw new AppError('gpu/capture', 'A step is being captured already: capture one after the other.');
    const recorder = new Recorder(this.heap);
    this.#recorder = recorder;
    this.#recordings.add(recorder);
    const dispose = () => {
      this.#recordings.delete(recorder);
      recorder.dispose();
    };
    try {
      work();
      if (recorder.refusal) throw recorder.refusal;
    } catch (error) {
      this.#recorder = null;
      dispose();
      throw error;
    } finally {
      this.#recorder = null;
    }
    return {
      commands: [...recorder.commands],
      planned: recorder.plannedBytes,
      fixed: recorder.fixedBytes,
      dispose,
    };
  }

  // Tensors

  has(dataId: tf.DataId): boolean {
    return this.#data.has(dataId);
  }

  addressOf({ dataId }: Pick<tf.TensorInfo, 'dataId'>): number {
    return this.#data.get(dataId).at;
  }

  operand(tensor: tf.TensorInfo): Operand {
    const { at, size } = this.#data.get(tensor.dataId);
    return { ...tensor, at, size };
  }

  #add(at: number, size: number, dtype: tf.DataType): tf.DataId {
    const dataId = {};
    this.#data.set(dataId, { at, size, dtype, refCount: 1 });
    return dataId;
  }

  /** A tensor whose numbers are not defined yet. */
  make(shape: readonly number[], dtype: tf.DataType = 'float32'): Operand {
    const size = tf.util.sizeFromShape([...shape]);
    const at = this.allocate(size * widthOf(dtype));
    return { dataId: this.#add(at, size, dtype), shape: [...shape], dtype, at, size };
  }

  /** The same numbers in another shape. */
  share(tensor: tf.TensorInfo, shape: readonly number[] = tensor.shape): tf.TensorInfo {
    this.incRef(tensor.dataId);
    return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
  }

  /** A view for reading and writing, until the memory grows. */
  view(at: number, size: number, dtype: tf.DataType): Float32Array | Int32Array | Uint8Array {
    if (dtype === 'int32') return this.heap.integers(at, size);
    if (dtype === 'bool') return this.heap.bytes(at, size);
    return this.heap.floats(at, size);
  }

  #place(values: tf.BackendValues | undefined, shape: readonly number[], dtype: tf.DataType): Datum {
    if (dtype === 'string' || dtype === 'complex64')
      throw new AppError('wasm/type', `The WebAssembly backend holds no tensors of type ${dtype}.`);
    const size = tf.util.sizeFromShape([...shape]);
    const at = this.allocateFixed(size * widthOf(dtype));
    if (values) this.view(at, size, dtype).set(values as Float32Array);
    return { at, size, dtype, refCount: 1 };
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const dataId = {};
    this.#data.set(dataId, this.#place(values, shape, dtype));
    return dataId;
  }

  override move(
    dataId: tf.DataId,
    values: tf.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    this.#data.set(dataId, { ...this.#place(values, shape, dtype), refCount });
  }

  override readSync(dataId: tf.DataId): Float32Array | Int32Array | Uint8Array {
    if (this.#recorder) {
      this.#recorder.refusal = new AppError(
        'gpu/capture',
        'A captured step read a tensor back. What it reads would be frozen: read its outputs after the step.',
      );
      throw this.#recorder.refusal;
    }
    const { at, size, dtype } = this.#data.get(dataId);
    return this.view(at, size, dtype).slice();
  }

  override async read(dataId: tf.DataId): Promise<Float32Array | Int32Array | Uint8Array> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    const datum = this.#data.has(dataId) ? this.#data.get(dataId) : null;
    if (!datum) return true;
    datum.refCount--;
    if (!force && datum.refCount > 0) return false;
    this.release(datum.at);
    this.#data.delete(dataId);
    return true;
  }

  override refCount(dataId: tf.DataId): number {
    return this.#data.has(dataId) ? this.#data.get(dataId).refCount : 0;
  }
  override incRef(dataId: tf.DataId): void {
    this.#data.get(dataId).refCount++;
  }
  override numDataIds(): number {
    return this.#data.numDataIds();
  }
  override timerAvailable(): boolean {
    return true;
  }
  override async time(work: () => void): Promise<tf.BackendTimingInfo> {
    const start = performance.now();
    work();
    return { kernelMs: performance.now() - start };
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override dispose(): void {}
}
