/**
 * @file Estimates how much GPU memory the compared runs will need, whether this adapter allows it, and which batch is the
 * largest that fits.
 */

import { option } from '../../config/options';
import type { WeightingId } from '../../config/strategy';
import { ownBackend } from '../../gpu/ownBackend';
import { type DeviceTraits, traitsOf } from '../../gpu/rehearsal/countingDevice';
import type { MemoryEstimate } from '../../protocol/device';
import { AppError } from '../../protocol/errors';
import type { RunConfig } from '../../protocol/runs';
import { type StepMemory, stepMemory, togetherOf } from './stepMemory';

const whole = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
/** Writes a number of bytes in megabytes of 10⁶ bytes, as the page does. */
export const megabytes = (bytes: number) => `${whole.format(bytes / 1e6)} MB`;

const smallestBatch = 2;
/** How many estimates are kept. A visitor often goes back and forth between a few settings. */
const remembered = 16;

/** Gives the need of each compared run at a batch size. */
type Measure = (batchSize: number) => StepMemory[];

export class MemoryEstimator {
  readonly #known = new Map<string, StepMemory>();
  /** In bytes: the smallest need for which the GPU was once full. */
  #tooMuch = Number.POSITIVE_INFINITY;

  /**
   * Learns from a run that found the GPU full, because no browser says how much memory a GPU has.
   * @param bytes the estimated need of all runs together.
   */
  hadNoRoomFor(bytes: number): void {
    this.#tooMuch = Math.min(this.#tooMuch, bytes);
  }

  #measure(traits: DeviceTraits, config: RunConfig, id: WeightingId, classes: readonly number[]): StepMemory {
    const key = JSON.stringify([config, id, classes]);
    const known = this.#known.get(key) ?? stepMemory(traits, config, id, classes);
    this.#known.delete(key);
    this.#known.set(key, known);
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size > remembered) this.#known.delete(oldest);
    return known;
  }

  #measureAt(
    traits: DeviceTraits,
    config: RunConfig,
    ids: readonly WeightingId[],
    classes: readonly number[],
  ): Measure {
    return batchSize => ids.map(id => this.#measure(traits, { ...config, batchSize }, id, classes));
  }

  /**
   * The estimate for the device in use.
   * @param classes the number of outputs of each task's head.
   * @param others the bytes that other runs hold.
   * @returns null on a backend other than WebGPU, where the need cannot be estimated.
   */
  estimate(
    config: RunConfig,
    ids: readonly WeightingId[],
    classes: readonly number[],
    others = 0,
  ): MemoryEstimate | null {
    const device = ownBackend()?.device;
    return device ? this.estimateOn(traitsOf(device), config, ids, classes, others) : null;
  }

  /** The estimate for any device. */
  estimateOn(
    traits: DeviceTraits,
    config: RunConfig,
    ids: readonly WeightingId[],
    classes: readonly number[],
    others = 0,
  ): MemoryEstimate {
    const at = this.#measureAt(traits, config, ids, classes);
    const batch = option(config, 'batchSize');
    const { held, peak } = togetherOf(at(batch));
    const figures = { held, peak, others };
    const refusal = bufferProblem(traits, batch, at);
    if (refusal) return { ...figures, problem: refusal };

    const free = this.#tooMuch - others;
    if (peak < free) return { ...figures, problem: null };
    const batchSize = largestWithin(free - 1, batch, size => togetherOf(at(size)).peak);
    const room = others > 0 ? 'remove other runs' : 'choose a smaller network or width';
    const advice = batchSize === null ? room : `use at most ${batchSize}${others > 0 ? `, or ${room}` : ''}`;
    const message = `The GPU was full when a run here needed ${megabytes(this.#tooMuch)} in all, and this is ${megabytes(others + peak)}: ${advice}.`;
    return { ...figures, problem: { code: 'memory/full', message, batchSize, refuses: false } };
  }

  /**
   * @param classes the number of outputs of each task's head.
   * @returns the need of each run. The list is empty on a backend other than WebGPU, where the need cannot be estimated.
   * @throws AppError `memory/buffer` when a buffer would be larger than the adapter allows.
   */
  assertFits(config: RunConfig, ids: readonly WeightingId[], classes: readonly number[]): StepMemory[] {
    const device = ownBackend()?.device;
    if (!device) return [];
    return this.assertFitsOn(traitsOf(device), config, ids, classes);
  }

  /** The same check for any device. */
  assertFitsOn(
    traits: DeviceTraits,
    config: RunConfig,
    ids: readonly WeightingId[],
    classes: readonly number[],
  ): StepMemory[] {
    const at = this.#measureAt(traits, config, ids, classes);
    const batch = option(config, 'batchSize');
    const problem = bufferProblem(traits, batch, at);
    if (problem) throw new AppError(problem.code, problem.message);
    return at(batch);
  }
}

/**
 * Says how large the largest buffer would be if the adapter does not allow it, and which batch is the largest that is
 * allowed.
 */
function bufferProblem({ limits }: DeviceTraits, batch: number, at: Measure): MemoryEstimate['problem'] {
  const allowed = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  const largestAt = (size: number) => Math.max(...at(size).map(({ largest }) => largest));
  if (largestAt(batch) <= allowed) return null;
  const batchSize = largestWithin(allowed, batch, largestAt);
  const advice = batchSize === null ? 'choose a smaller network or width' : `use at most ${batchSize}`;
  const message = `Batch ${batch} needs one buffer of ${megabytes(largestAt(batch))}, this adapter allows ${megabytes(allowed)}: ${advice}.`;
  return { code: 'memory/buffer', message, batchSize, refuses: true };
}

/**
 * The largest batch whose need is at most `allowed`, or null if there is no such batch.
 * @param needOf the need in bytes at a batch size. It is the same for every batch, or grows linearly with the batch, perhaps
 * only from some batch on.
 */
function largestWithin(allowed: number, batch: number, needOf: (batch: number) => number): number | null {
  let fits = batch;
  let needs = needOf(batch);
  while (fits > smallestBatch && needs > allowed) {
    fits = Math.max(smallestBatch, Math.min(fits - 1, Math.floor((fits * allowed) / needs)));
    const next = needOf(fits);
    if (next === needs) break;
    needs = next;
  }
  return needs <= allowed ? fits : null;
}
