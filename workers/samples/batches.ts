/**
 * @file The endless stream of mini-batches: concatenated epoch permutations, so every batch is full and the step alone
 * says what is in it. Compared runs share one stream; the next batches are decoded while the GPU works.
 */

import type { DatasetIndex, PixelsApi } from '../protocol/dataset';
import type { Link } from '../protocol/link';
import { permutation } from '../random';
import { soundBatch } from './soundBatch';

export interface Batch {
  step: number;
  size: number;
  /** RGB, `[size, pixels, pixels, 3]`. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Per task `[size]`: class index of that task's head, −1 = masked. */
  labels: readonly Int32Array<ArrayBuffer>[];
  /** Per task: how many samples are labelled. */
  counts: readonly number[];
  /** Whether its first sample belongs to another pass over the training samples than the last batch's first did; no by default. */
  beginsEpoch?: boolean;
}

export interface Labelled {
  /** Index into the dataset. */
  sample: number;
  /** Class per task, −1 = masked. */
  labels: readonly number[];
}

export interface BatchOptions {
  batchSize: number;
  /** Pixels a side. */
  inputSize: number;
  seed: number;
}

/** The endless order of `count` training samples, one permutation an epoch, from a position on. */
export function* orderFrom(position: number, count: number, seed: number): Generator<number> {
  for (let epoch = Math.floor(position / count); ; epoch++) {
    const shuffled = permutation(count, seed, 'shuffle', epoch);
    for (let i = Math.max(0, position - epoch * count); i < count; i++) yield shuffled[i] as number;
  }
}

/** Samples of the batch of `step`, as indices into `count` training samples. */
export function batchOrder(step: number, batchSize: number, count: number, seed: number): number[] {
  const order = orderFrom(step * batchSize, count, seed);
  return Array.from({ length: batchSize }, () => order.next().value as number);
}

/** Collects labels and counts of a list of samples. */
export function collate(samples: readonly Labelled[], tasks: number): Pick<Batch, 'labels' | 'counts'> {
  const labels = Array.from({ length: tasks }, (_, task) =>
    Int32Array.from(samples, sample => sample.labels[task] ?? -1),
  );
  return { labels, counts: labels.map(column => column.reduce((n, label) => n + (label >= 0 ? 1 : 0), 0)) };
}

const prefetch = 2;
/**
 * Compared runs are a step or two apart, more while one compiles, is evaluated or catches up; what the first has decoded
 * is kept for so many steps of the last, and beyond them decoded again.
 */
const kept = 8;

export class BatchStream {
  readonly #pixels: Link<PixelsApi>;
  readonly #index: DatasetIndex;
  readonly #train: readonly Labelled[];
  readonly #tasks: number;
  readonly #options: BatchOptions;
  /** Samples whose pictures are known to be damaged: they are not asked for as a spare again. */
  readonly #damaged = new Set<number>();
  readonly #ready = new Map<number, Promise<Batch>>();
  /** Where each reader is. */
  readonly #positions = new Map<object, number>();

  constructor(
    pixels: Link<PixelsApi>,
    index: DatasetIndex,
    train: readonly Labelled[],
    tasks: number,
    options: BatchOptions,
  ) {
    this.#pixels = pixels;
    this.#index = index;
    this.#train = train;
    this.#tasks = tasks;
    this.#options = options;
  }

  /** The batch of one step. Starts decoding the next ones. @throws AppError, see `soundBatch`. */
  at(step: number, reader: object = this): Promise<Batch> {
    this.#positions.set(reader, step);
    const batch = this.#load(step);
    for (let ahead = 1; ahead <= prefetch; ahead++) this.#load(step + ahead);
    const positions = [...this.#positions.values()];
    for (const key of this.#ready.keys())
      if (!positions.some(position => key >= position && key <= position + kept)) this.#ready.delete(key);
    return batch;
  }

  /** Nothing is kept for a reader that waits; `at` brings it back. */
  leave(reader: object): void {
    this.#positions.delete(reader);
  }

  #load(step: number): Promise<Batch> {
    let batch = this.#ready.get(step);
    if (!batch) {
      batch = this.#decode(step);
      batch.catch(() => this.#ready.delete(step)); // a later request tries again; `at` reports the error
      this.#ready.set(step, batch);
    }
    return batch;
  }

  /** The training samples in the order of the epochs, from a position on. */
  *#from(position: number): Generator<Labelled> {
    for (const i of orderFrom(position, this.#train.length, this.#options.seed))
      yield this.#train[i] as Labelled;
  }

  async #decode(step: number): Promise<Batch> {
    const { batchSize, inputSize, seed } = this.#options;
    const train = this.#train;
    const { samples, bytes } = await soundBatch({
      samples: batchOrder(step, batchSize, train.length, seed).map(i => train[i] as Labelled),
      spare: this.#from((step + 1) * batchSize),
      damaged: this.#damaged,
      load: indices => this.#pixels.call('pixels', { id: this.#index.id, indices, size: inputSize }),
      count: train.length,
      name: this.#index.name,
    });
    return { step, size: batchSize, bytes, ...collate(samples, this.#tasks) };
  }
}
