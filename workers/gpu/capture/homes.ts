/**
 * @file A replay writes into the same buffers every time, but tfjs gives a variable new data with every `assign`. So
 * each variable of a captured step has a home buffer: what anybody assigns to it is copied there.
 */
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { bufferOf, flush, forgetCpuCopy } from '../dispatch';
import { stateHash } from './stateHash';

interface Home {
  variable: tf.Variable;
  /** Keeps the buffer alive while the variable is elsewhere. */
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

  /** Of `variables`, all there are unless given, every one that lies on the backend is at home from now on. */
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

  /** Where variables were assigned since, and what has to be copied to bring them home. */
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

  /** Brings every variable home; costs nothing where all are. */
  settle(): void {
    const away = this.#away();
    if (away.length === 0) return;
    const moves = this.strays();
    flush(this.#backend);
    submitCopies(this.#backend.device, moves);
    for (const { variable, tensor } of away) variable.assign(tensor);
    this.forget();
  }

  /** What all variables hold, in buffers that `restore` takes and destroys. */
  copy(): GPUBuffer[] {
    this.settle();
    flush(this.#backend);
    const { device } = this.#backend;
    const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const copies = this.buffers.map(({ size }) => device.createBuffer({ size, usage }));
    submitCopies(device, this.#pair(this.buffers, copies));
    return copies;
  }

  /** Undoes every assignment: the variables are what their homes hold. */
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

  #pair(from: readonly GPUBuffer[], to: readonly GPUBuffer[]): Move[] {
    return from.map((source, i) => ({ from: source, to: to[i] ?? source, size: source.size }));
  }

  /** A fingerprint of what each variable holds. */
  hash(): Promise<number[]> {
    this.settle();
    flush(this.#backend);
    return stateHash(this.#backend.device, this.buffers);
  }

  /** Lets go of the variables whose home is not among `buffers`. */
  keepOnly(buffers: ReadonlySet<unknown>): void {
    const kept = this.#homes.filter(({ buffer }) => buffers.has(buffer));
    for (const home of this.#homes) if (!kept.includes(home)) home.tensor.dispose();
    this.#homes = kept;
  }

  /** After the homes were written: what tfjs once read from them no longer holds. */
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
