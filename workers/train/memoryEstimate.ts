/** @file What compared runs will need on the GPU, whether that fits this adapter, and the largest batch that does. */

import { ownBackend } from '../gpu/ownBackend';
import { type DeviceTraits, traitsOf } from '../gpu/rehearsal/countingDevice';
import type { MemoryEstimate } from '../protocol/device';
import { AppError } from '../protocol/link';
import type { RunConfig } from '../protocol/runs';
import { option } from './options';
import { type StepMemory, stepMemory, togetherOf } from './stepMemory';
import type { WeightingId } from './strategy';

const whole = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
/** Decimal units, as the page writes them. */
export const megabytes = (bytes: number) => `${whole.format(bytes / 1e6)} MB`;

const smallestBatch = 2;
/** Rehearsals remembered: a visitor goes back and forth between a few settings. */
const remembered = 16;

export class MemoryEstimator {
  readonly #known = new Map<string, StepMemory>();

  #measure(traits: DeviceTraits, config: RunConfig, id: WeightingId, classes: readonly number[]): StepMemory {
    const key = JSON.stringify([config, id, classes]);
    const known = this.#known.get(key) ?? stepMemory(traits, config, id, classes);
    this.#known.delete(key);
    this.#known.set(key, known);
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size > remembered) this.#known.delete(oldest);
    return known;
  }

  /**
   * @param classes outputs of each task's head.
   * @returns null on a backend other than WebGPU, whose memory nobody can foresee.
   */
  estimate(
    config: RunConfig,
    ids: readonly WeightingId[],
    classes: readonly number[],
  ): MemoryEstimate | null {
    const device = ownBackend()?.device;
    return device ? this.estimateOn(traitsOf(device), config, ids, classes) : null;
  }

  /** The same for any device. */
  estimateOn(
    traits: DeviceTraits,
    config: RunConfig,
    ids: readonly WeightingId[],
    classes: readonly number[],
  ): MemoryEstimate {
    const { maxBufferSize, maxStorageBufferBindingSize } = traits.limits;
    const allowed = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    const at = (batchSize: number) =>
      ids.map(id => this.#measure(traits, { ...config, batchSize }, id, classes));
    const largestOf = (runs: readonly StepMemory[]) => Math.max(...runs.map(({ largest }) => largest));

    const batch = option(config, 'batchSize');
    const runs = at(batch);
    const together = togetherOf(runs);
    const largest = largestOf(runs);
    if (largest <= allowed) return { ...together, problem: null };

    // The largest buffer is one image's times the batch, or one that no batch changes.
    let fits = batch;
    let needs = largest;
    while (fits > smallestBatch && needs > allowed) {
      fits = Math.max(smallestBatch, Math.min(fits - 1, Math.floor((fits * allowed) / needs)));
      const next = largestOf(at(fits));
      if (next === needs) break;
      needs = next;
    }
    const batchSize = needs <= allowed ? fits : null;
    const advice = batchSize === null ? 'choose a smaller network or width' : `use at most ${batchSize}`;
    const message = `Batch ${batch} needs one buffer of ${megabytes(largest)}, this adapter allows ${megabytes(allowed)}: ${advice}.`;
    return { ...together, problem: { code: 'memory/buffer', message, batchSize } };
  }

  /** @throws AppError `memory/buffer` when a buffer would be larger than the adapter allows. */
  assertFits(config: RunConfig, ids: readonly WeightingId[], classes: readonly number[]): void {
    const problem = this.estimate(config, ids, classes)?.problem;
    if (problem) throw new AppError(problem.code, problem.message);
  }
}
