/** @file A benchmark trains a preset's network at some size, on a batch of noise. */

import { option } from '../config/options';
import { presetOf } from '../config/presets';
import { resolveConfig } from '../config/resolveConfig';
import { augmentDraw, standardiseInto } from '../gpu/kernels/map/standardise';
import { NETWORKS } from '../nets/networks';
import type { BenchOptions, BenchReport } from '../protocol/bench';
import type { RunConfig } from '../protocol/runs';
import { hash, uniform } from '../random';
import type { Batch } from '../samples/batches';
import { trainingGflop } from './arithmetic';

/** What every variant trains: the same network on the same batch. */
export interface Workload {
  config: RunConfig;
  classes: readonly number[];
  batch: Batch;
}

/** Identities and expressions of the sample faces. */
const classes = [24, 7] as const;

/** The project's claims are about this size. A GPU in software can run it, and it is still the papers' network. */
const reference = { preset: 'small', batch: 8, size: 96, width: 1 / 4 } as const;

/** @throws AppError `config/value` that names the wrong option. */
export function createWorkload(options: BenchOptions): Workload {
  const { preset, batch, size, width } =
    options.preset === undefined ? { ...reference, ...options } : options;
  const config = resolveConfig({
    ...{ system: 'expression', preset, batchSize: batch, inputSize: size, width },
  });
  const [count, inputSize] = [option(config, 'batchSize'), option(config, 'inputSize')];
  const key = hash(1, 'bench');
  return {
    config,
    classes,
    batch: {
      ...{ step: 0, size: count, beginsEpoch: false, counts: classes.map(() => count) },
      bytes: Uint8Array.from({ length: count * inputSize ** 2 * 3 }, (_, i) => 256 * uniform(key, i)),
      labels: classes.map(of => Int32Array.from({ length: count }, (_, i) => i % of)),
    },
  };
}

/**
 * Returns the batch for the plain network. It is standardised before the steps, so that only our step pays for that.
 */
export function standardised({ size, bytes }: Batch): Float32Array<ArrayBuffer> {
  const images = new Float32Array(bytes.length);
  standardiseInto(
    { images: size, size: Math.sqrt(bytes.length / size / 3) },
    images,
    bytes,
    augmentDraw(0, 0, 0),
  );
  return images;
}

const planOf = ({ config, classes }: Workload) =>
  NETWORKS[presetOf(config).network].plan({
    inputSize: option(config, 'inputSize'),
    width: option(config, 'width'),
    embedding: option(config, 'embedding'),
    seed: option(config, 'seed'),
    classes,
  });

/** Returns the plan of the network and the sizes that the report names. */
export function describe(workload: Workload) {
  const { config } = workload;
  const plan = planOf(workload);
  const sizes: BenchReport['sizes'] = {
    preset: config.preset,
    network: NETWORKS[presetOf(config).network].label,
    batch: option(config, 'batchSize'),
    inputSize: option(config, 'inputSize'),
    width: option(config, 'width'),
    parameters: plan.parameters,
    gflopPerImage: trainingGflop(plan),
  };
  return { plan, sizes };
}
