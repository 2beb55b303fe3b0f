/**
 * @file The endless stream of mini-batches. It joins one random permutation of the training samples per epoch to a single
 * sequence and cuts it into batches. So every batch is full, and the step alone determines what is in it. Compared runs share
 * one stream. The next batches are decoded while the GPU works.
 */

import type { DatasetIndex, PixelsApi } from '../protocol/dataset';
import type { Link } from '../protocol/link';
import { permutation } from '../random';
import { soundBatch } from './soundBatch';

export interface Batch {
  step: number;
  size: number;
  /** The RGB bytes, `[size, pixels, pixels, 3]`. */
  bytes: Uint8Array<ArrayBuffer>;
  /** For each task `[size]`: the class index in the task's head. −1 says that the sample has no label for the task. */
  labels: readonly Int32Array<ArrayBuffer>[];
  /** For each task, how many samples have a label. */
  counts: readonly number[];
  /** Whether the first sample of this batch belongs to a later epoch than the first sample of the batch before. */
  beginsEpoch: boolean;
}

export interface Labelled {
  /** The index of the sample in the dataset. */
  sample: number;
  /** The class for each task. −1 says that the sample has no label for the task. */
  labels: readonly number[];
}

export interface BatchOptions {
  batchSize: number;
  /** The side of an image in pixels. */
  inputSize: number;
  seed: number;
}

/** The endless order of `count` training samples, with one permutation for each epoch, from a position on. */
export function* orderFrom(position: number, count: number, seed: number): Generator<number> {
  for (let epoch = Math.floor(position / count); ; epoch++) {
    const shuffled = permutation(count, seed, 'shuffle', epoch);
    for (let i = Math.max(0, position - epoch * count); i < count; i++) yield shuffled[i] as number;
  }
}

/** The samples of the batch of `step`, as indices into the `count` training samples. `step` counts from 0. */
export function batchOrder(step: number, batchSize: number, count: number, seed: number): number[] {
  const order = orderFrom(step * batchSize, count, seed);
  return Array.from({ length: batchSize }, () => order.next().value as number);
}

/** Whether an epoch of `count` samples ends between the first samples of the batch before and of this one. */
export function beginsEpoch(step: number, batchSize: number, count: number): boolean {
  const epochOf = (of: number) => Math.floor((of * batchSize) / count);
  return step > 0 && epochOf(step) > epochOf(step - 1);
}

/** Collects the labels and the counts of a list of samples. */
export function collate(samples: readonly Labelled[], tasks: number): Pick<Batch, 'labels' | 'counts'> {
  const labels = Array.from({ length: tasks }, (_, task) =>
    Int32Array.from(samples, sample => sample.labels[task] ?? -1),
  );
  return { labels, counts: labels.map(column => column.reduce((n, label) => n + (label >= 0 ? 1 : 0), 0)) };
}

/** How many batches are decoded in advance. */
const prefetch = 2;
/**
 * For how many steps a decoded batch is kept for the slower ones of the compared runs. These are usually one or two steps
 * behind, and more while one compiles, is evaluated or catches up. A batch that is no longer kept is decoded again.
 */
const kept = 8;

export class BatchStream {
  readonly #pixels: Link<PixelsApi>;
  readonly #index: DatasetIndex;
  readonly #train: readonly Labelled[];
  readonly #tasks: number;
  readonly #options: BatchOptions;
  /** Samples whose pictures are known to be damaged. They are not used as replacements again. */
  readonly #damaged = new Set<number>();
  readonly #ready = new Map<number, Promise<Batch>>();
  /** The step of each reader. */
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

  /**
   * The batch of one step. It also starts to decode the next batches.
   * @param step counts from 0.
   * @throws AppError `dataset/undecodable` when no sample has a sound picture.
   */
  at(step: number, reader: object = this): Promise<Batch> {
    this.#positions.set(reader, step);
    const batch = this.#load(step);
    for (let ahead = 1; ahead <= prefetch; ahead++) this.#load(step + ahead);
    const positions = [...this.#positions.values()];
    for (const key of this.#ready.keys())
      if (!positions.some(position => key >= position && key <= position + kept)) this.#ready.delete(key);
    return batch;
  }

  /** Stops keeping batches for a reader that does not read now. Its next call of `at` starts it again. */
  leave(reader: object): void {
    this.#positions.delete(reader);
  }

  #load(step: number): Promise<Batch> {
    let batch = this.#ready.get(step);
    if (!batch) {
      batch = this.#decode(step);
      batch.catch(() => this.#ready.delete(step)); // A later request tries again. The caller of `at` gets the error.
      this.#ready.set(step, batch);
    }
    return batch;
  }

  /** The training samples in the order of the stream, from a position on. */
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
    return {
      ...{ step, size: batchSize, bytes, beginsEpoch: beginsEpoch(step, batchSize, train.length) },
      ...collate(samples, this.#tasks),
    };
  }
}
