/** @file One benchmark from start to report: set everything up, let it take turns, count, compare. */

import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { profileGpu } from '../gpu/profile';
import {
  type BenchOptions,
  type BenchProgress,
  type BenchReport,
  type Direction,
  isFailed,
  type LayerPeer,
  type Outcome,
  type StepCost,
  type VariantId,
} from '../protocol/bench';
import { directionGflop, heaviest, median, ratio } from './arithmetic';
import { type Backends, startBackends } from './backends';
import { measureCeilings } from './ceilings';
import type { GpuWork } from './gpuMeter';
import { interleave, timed } from './interleave';
import { kernelCosts } from './kernelTimes';
import { measureLayers } from './layers';
import { type Trainer, VARIANTS } from './variants';
import { createWorkload, describe } from './workload';

interface Started {
  trainer: Trainer;
  /** Of the step that was counted. */
  ms: number;
  bytes: number;
  /** null where nothing of it goes through WebGPU. */
  work: GpuWork | null;
}

const words: Record<VariantId, string> = {
  stock: 'stock tfjs',
  convolutions: 'tfjs with our convolutions',
  eager: 'our step through tfjs',
  replay: 'our step, replayed',
  webgl: 'tfjs on WebGL',
};
/** Replay first: it alone compiles its programs beside each other, for the others too. */
const order: readonly VariantId[] = ['replay', 'eager', 'stock', 'convolutions', 'webgl'];

const why = (error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) });

/** Each variant set up, its memory and its work counted. */
async function startAll(
  backends: Backends,
  workload: ReturnType<typeof createWorkload>,
  onVariant: (id: VariantId, index: number) => void,
): Promise<Map<VariantId, Outcome<Started>>> {
  const all = new Map<VariantId, Outcome<Started>>();
  for (const [index, id] of order.entries()) {
    onVariant(id, index);
    const { backend, start } = VARIANTS[id];
    const before = backends.meter.bytes;
    try {
      const gpu = await backends.use(backend);
      const trainer = await start(workload);
      const { work, result } = await backends.meter.count(() => timed(trainer.step));
      backends.check();
      const bytes = gpu ? backends.meter.bytes - before : webglBytes();
      all.set(id, { trainer, bytes, ms: result.ms, work: gpu ? perPiece(work, result.pieces) : null });
    } catch (error) {
      all.set(id, why(error));
    }
  }
  return all;
}

const perPiece = ({ dispatches, submits, traffic }: GpuWork, pieces: number): GpuWork => ({
  ...{ dispatches: dispatches / pieces, submits: submits / pieces, traffic: traffic / pieces },
});

function webglBytes(): number {
  const memory = tf.memory();
  return 'numBytesInGPU' in memory ? Number(memory.numBytesInGPU) : Number.NaN;
}

async function measureKernels(backends: Backends, { trainer }: Started, gflop: Record<Direction, number>) {
  const backend = (await backends.use(VARIANTS.eager.backend)) as WebGPUBackend;
  let done: Promise<unknown> = Promise.resolve();
  const times = await profileGpu(backend, () => {
    done = trainer.step();
  });
  await done;
  return kernelCosts(times, gflop);
}

/**
 * Runs a whole benchmark in this worker; it is never over in less than the time that stock tfjs takes to compile.
 * @throws AppError `bench/webgpu` without WebGPU, `config/value` for impossible sizes. What one variant or peer cannot
 * do is in the report.
 */
export async function measure(
  options: BenchOptions,
  progress: (value: BenchProgress) => void,
): Promise<BenchReport> {
  const { seconds = 60, layers = 5 } = options;
  const workload = createWorkload(options);
  const { plan, sizes } = describe(workload);
  progress({ doing: 'Measuring what this adapter can do', share: 0 });
  const backends = await startBackends();
  const ceilings = await measureCeilings(backends);

  const started = await startAll(backends, workload, (id, index) =>
    progress({ doing: `Compiling ${words[id]}`, share: 0.03 + 0.07 * index }),
  );
  const running = [...started].flatMap(([id, outcome]) => (isFailed(outcome) ? [] : [{ id, ...outcome }]));
  const samples = await interleave(
    running.map(({ id, ms, trainer }) => ({
      ...{ id, ms },
      enter: () => backends.use(VARIANTS[id].backend),
      run: () => trainer.step(),
    })),
    seconds,
    share => progress({ doing: 'Stepping in turns', share: 0.4 + 0.3 * share }),
  );

  const { batch, gflopPerImage } = sizes;
  const costOf = (id: VariantId): Outcome<StepCost> => {
    const outcome = started.get(id) ?? { failed: 'It was not started.' };
    if (isFailed(outcome)) return outcome;
    const mine = samples.get(id) ?? [];
    const stepMs = median(mine.map(({ ms }) => ms));
    const gflopPerSecond = (gflopPerImage * batch * 1000) / stepMs;
    const { work, bytes } = outcome;
    return {
      stepMs,
      imagesPerSecond: (1000 * batch) / stepMs,
      gflopPerSecond,
      matmulShare: work && gflopPerSecond / ceilings.matmulGflopPerSecond,
      copyShare: work && work.traffic / 1e6 / stepMs / ceilings.copyGbPerSecond,
      dispatches: work?.dispatches ?? null,
      submits: work?.submits ?? null,
      jsMs: median(mine.map(({ jsMs }) => jsMs)),
      bytes,
      steps: mine.reduce((sum, { pieces }) => sum + pieces, 0),
    };
  };
  const costs = { stock: costOf('stock'), convolutions: costOf('convolutions') };
  const ours = { eager: costOf('eager'), replay: costOf('replay'), webgl: costOf('webgl') };
  const over = (slow: Outcome<StepCost>, fast: Outcome<StepCost>) =>
    ratio(slow, fast, ({ stepMs }) => stepMs);

  progress({ doing: 'Timing each kernel', share: 0.7 });
  const perImage = directionGflop(plan);
  const eager = started.get('eager') ?? { failed: 'It was not started.' };
  const kernels = isFailed(eager)
    ? eager
    : await measureKernels(backends, eager, {
        forward: batch * perImage.forward,
        inputGradient: batch * perImage.inputGradient,
        weightGradient: batch * perImage.weightGradient,
      }).catch(why);
  for (const { id, trainer } of running) {
    await backends.use(VARIANTS[id].backend);
    trainer.dispose();
  }

  // WebGL's layers tell something only where its network did not run.
  const peers: LayerPeer[] = [
    'ours',
    'stock',
    'jaxJs',
    ...(isFailed(ours.webgl) ? (['webgl'] as const) : []),
  ];
  const heavy = heaviest(plan, layers);
  return {
    ...{ adapter: backends.adapter, software: backends.software, browser: navigator.userAgent },
    ...{ sizes, date: new Date().toISOString(), ceilings, ...costs, ...ours, kernels },
    ratios: {
      stockOverConvolutions: over(costs.stock, costs.convolutions),
      stockOverEager: over(costs.stock, ours.eager),
      stockOverReplay: over(costs.stock, ours.replay),
      webglOverReplay: over(ours.webgl, ours.replay),
    },
    layers: await measureLayers(backends, heavy, batch, peers, (index, name) =>
      progress({ doing: `Comparing ${name}`, share: 0.75 + (0.25 * index) / heavy.length }),
    ),
  };
}
