/**
 * @file A replay writes into the same buffers every time, but tfjs gives a variable new data with every `assign`. So
 * each variable of a captured step has a home buffer, and every value assigned to the variable is copied there.
 */
import * as tf from '../../tf/tf';
import type { WebGPUBackend } from '../../tf/webgpu';
import { bufferOf, flush, forgetCpuCopy } from '../dispatch';
import { stateHash } from './stateHash';

interface Home {
  variable: tf.Variable;
  /** Keeps the buffer alive while the variable has other data. */
  tensor: tf.Tensor;
  buffer: GPUBuffer;
}

export interface Move {
  from: GPUBuffer;
  to: GPUBuffer;
  size: number;
}

export class Homes {
  readonly #backend: WebGPUBackend;
  #homes: Home[];

  /** Gives a home to each of `variables` that lies on the backend. The default is all variables that exist. */
  constructor(
    backend: WebGPUBackend,
    variables: readonly tf.Variable[] = Object.values(tf.engine().registeredVariables),
  ) {
    this.#backend = backend;
    this.#homes = variables
      .filter(({ dataId }) => backend.tensorMap.has(dataId))
      .map(variable => ({
        variable,
        buffer: bufferOf(backend, variable),
        tensor: tf.keep(variable.clone()),
      }));
  }

  get buffers(): GPUBuffer[] {
    return this.#homes.map(({ buffer }) => buffer);
  }

  /** Returns the copies that bring home all variables that have been assigned since. */
  strays(): Move[] {
    return this.#away().map(({ variable, buffer }) => ({
      from: bufferOf(this.#backend, variable),
      to: buffer,
      size: buffer.size,
    }));
  }

  #away(): Home[] {
    return this.#homes.filter(
      ({ variable, tensor }) => !variable.isDisposed && variable.dataId !== tensor.dataId,
    );
  }

  /** Brings every variable home. If all are at home, it costs nothing. */
  settle(): void {
    const away = this.#away();
    if (away.length === 0) return;
    const moves = this.strays();
    flush(this.#backend);
    submitCopies(this.#backend.device, moves);
    for (const { variable, tensor } of away) variable.assign(tensor);
    this.forget();
  }

  /** Copies the values of all variables into buffers. `restore` takes and destroys these. */
  copy(): GPUBuffer[] {
    this.settle();
    flush(this.#backend);
    const { device } = this.#backend;
    const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const copies = this.buffers.map(({ size }) => device.createBuffer({ size, usage }));
    submitCopies(device, this.#pair(this.buffers, copies));
    return copies;
  }

  /** Undoes every assignment. The variables then have the values in their home buffers. */
  recall(): void {
    for (const { variable, tensor } of this.#away()) variable.assign(tensor);
  }

  restore(copies: readonly GPUBuffer[]): void {
    flush(this.#backend);
    this.recall();
    submitCopies(this.#backend.device, this.#pair(copies, this.buffers));
    this.forget();
    for (const copy of copies) copy.destroy();
  }

  snapshot(): { restore(): void } {
    const copies = this.copy();
    return { restore: () => this.restore(copies) };
  }

  #pair(from: readonly GPUBuffer[], to: readonly GPUBuffer[]): Move[] {
    return from.map((source, i) => ({ from: source, to: to[i] ?? source, size: source.size }));
  }

  /** Returns a fingerprint of each variable's values. */
  hash(): Promise<number[]> {
    this.settle();
    flush(this.#backend);
    return stateHash(this.#backend.device, this.buffers);
  }

  /** Drops the variables whose home is not among `buffers`. */
  keepOnly(buffers: ReadonlySet<unknown>): void {
    const kept = this.#homes.filter(({ buffer }) => buffers.has(buffer));
    for (const home of this.#homes) if (!kept.includes(home)) home.tensor.dispose();
    this.#homes = kept;
  }

  /** Must be called after the homes were written. It drops the copies that tfjs has read from them before. */
  forget(): void {
    for (const { tensor } of this.#homes) forgetCpuCopy(this.#backend, tensor);
  }

  dispose(): void {
    for (const { tensor } of this.#homes) tensor.dispose();
    this.#homes = [];
  }
}

export function submitCopies(device: GPUDevice, moves: readonly Move[]): void {
  const encoder = device.createCommandEncoder();
  for (const { from, to, size } of moves) encoder.copyBufferToBuffer(from, 0, to, 0, size);
  device.queue.submit([encoder.finish()]);
}
