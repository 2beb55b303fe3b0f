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
  VARIANT_IDS,
  type VariantId,
} from '../protocol/bench';
import type { WebGPUBackend } from '../tf/webgpu';
import { directionGflop, heaviest, ratio } from './arithmetic';
import { type Backends, needsWebGpu, startBackends } from './backends';
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
 * @throws AppError `config/value` for impossible sizes. If one variant or peer fails, the report says so: without WebGPU
 * all that need it.
 */
export async function measure(
  options: BenchOptions,
  progress: (value: BenchProgress) => void,
): Promise<BenchReport> {
  const { seconds = 60, layers = 5, variants = VARIANT_IDS } = options;
  const workload = createWorkload(options);
  const { plan, sizes } = describe(workload);
  progress({ doing: 'Measuring what this adapter can do', share: 0 });
  const backends = await startBackends(variants.some(id => needsWebGpu(VARIANTS[id].backend)));
  const { gpu } = backends;
  const ceilings = gpu && (await measureCeilings(backends, gpu));

  const started = await startAll(backends, workload, variants, (label, index) =>
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
  const costs = { stock: costOf('stock'), convolutions: costOf('convolutions'), webgl: costOf('webgl') };
  const ours = { eager: costOf('eager'), replay: costOf('replay'), wasm: costOf('wasm') };
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
    ...(isFailed(costs.webgl) ? (['webgl'] as const) : []),
  ];
  const heavy = gpu ? heaviest(plan, layers) : [];
  return {
    ...{ adapter: gpu?.adapter ?? null, software: gpu?.software ?? false, browser: navigator.userAgent },
    ...{ sizes, date: new Date().toISOString(), ceilings, ...costs, ...ours, kernels },
    ratios: {
      stockOverConvolutions: over(costs.stock, costs.convolutions),
      stockOverEager: over(costs.stock, ours.eager),
      stockOverReplay: over(costs.stock, ours.replay),
      webglOverReplay: over(costs.webgl, ours.replay),
      webglOverWasm: over(costs.webgl, ours.wasm),
      replayOverWasm: over(ours.replay, ours.wasm),
    },
    layers: await measureLayers(backends, heavy, batch, peers, (index, name) =>
      progress({ doing: `Comparing ${name}`, share: 0.75 + (0.25 * index) / heavy.length }),
    ),
  };
}
