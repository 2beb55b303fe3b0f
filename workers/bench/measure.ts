/** @file Runs one benchmark from start to report. It sets everything up, measures in turns, counts and compares. */
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
import type { WebGPUBackend } from '../tf/webgpu';
import { directionGflop, heaviest, ratio } from './arithmetic';
import { type Backends, startBackends } from './backends';
import { measureCeilings } from './ceilings';
import { interleave } from './interleave';
import { kernelCosts } from './kernelTimes';
import { measureLayers } from './layers';
import { type Started, startAll, why } from './start';
import { notStarted, stepCost } from './stepCost';
import { VARIANTS } from './variants';
import { createWorkload, describe } from './workload';

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
 * Runs a whole benchmark in this worker. It takes at least the time that stock tfjs needs to compile.
 * @throws AppError `bench/webgpu` without WebGPU, `config/value` for impossible sizes. If one variant or peer fails,
 * the report says so.
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

  const started = await startAll(backends, workload, (label, index) =>
    progress({ doing: `Compiling ${label}`, share: 0.03 + 0.07 * index }),
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

  backends.check();

  const costOf = (id: VariantId) => stepCost(started.get(id), samples.get(id) ?? [], sizes, ceilings);
  const costs = { stock: costOf('stock'), convolutions: costOf('convolutions') };
  const ours = { eager: costOf('eager'), replay: costOf('replay'), webgl: costOf('webgl') };
  const over = (slow: Outcome<StepCost>, fast: Outcome<StepCost>) =>
    ratio(slow, fast, ({ stepMs }) => stepMs);

  progress({ doing: 'Timing each kernel', share: 0.7 });
  const { batch } = sizes;
  const eager = started.get('eager') ?? notStarted;
  const kernels = isFailed(eager)
    ? eager
    : await measureKernels(backends, eager, directionGflop(plan, batch)).catch(why);
  for (const { id, trainer } of running) {
    await backends.use(VARIANTS[id].backend);
    trainer.dispose();
  }

  // WebGL's layers are of interest only if its network did not run.
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
