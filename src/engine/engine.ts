/** @file The only code of the page that knows the workers. It starts both, connects them, and gives typed links to them. */
import type { BenchApi, BenchOptions, BenchProgress, BenchReport } from '../../workers/protocol/bench';
import type { Catalogue } from '../../workers/protocol/catalogue';
import type { DatasetApi, DatasetEvent } from '../../workers/protocol/dataset';
import type { DeviceInfo } from '../../workers/protocol/device';
import { connect, type Link } from '../../workers/protocol/link';
import type { RunUpdate } from '../../workers/protocol/runs';
import type { TrainingApi, TrainingEvent } from '../../workers/protocol/training';
import { coalesceUpdates } from './coalesce';

export type EngineEvent =
  | DatasetEvent
  /** Updates of runs. There is at most one such event per frame, with at most one update for each run. */
  | { kind: 'runs'; updates: readonly RunUpdate[] }
  /** The GPU or a worker has failed, so the results of the running work are not valid. */
  | { kind: 'failed'; code: string; message: string };

export interface Engine {
  readonly datasets: Link<DatasetApi>;
  readonly training: Link<TrainingApi>;
  /** Starts the backend and learns what exists. `prefer` forces a fallback. @throws AppError of the worker that failed. */
  start(prefer?: DeviceInfo['backend']): Promise<{ device: DeviceInfo; catalogue: Catalogue }>;
  /** Runs the benchmark in its own worker, which ends with it. An abort ends both at once. */
  benchmark(
    options: BenchOptions,
    call: { signal: AbortSignal; onProgress: (progress: BenchProgress) => void },
  ): Promise<BenchReport>;
  /** Listens to events. It returns a function that stops listening. */
  listen(listener: (event: EngineEvent) => void): () => void;
}

export function createEngine(): Engine {
  const listeners = new Set<(event: EngineEvent) => void>();
  const emit = (event: EngineEvent) => {
    for (const listener of listeners) listener(event);
  };
  const takeUpdates = coalesceUpdates(updates => emit({ kind: 'runs', updates }));

  // Vite recognises workers only in this form of expression.
  const datasetWorker = new Worker(new URL('../../workers/dataset.worker.ts', import.meta.url), {
    type: 'module',
    name: 'dataset',
  });
  const trainingWorker = new Worker(new URL('../../workers/training.worker.ts', import.meta.url), {
    type: 'module',
    name: 'training',
  });
  const datasets = connect<DatasetApi, DatasetEvent>(datasetWorker, emit);
  const training = connect<TrainingApi, TrainingEvent>(trainingWorker, event => {
    if (event.kind === 'runs') takeUpdates(event.updates);
    else emit({ kind: 'failed', code: event.code, message: event.message });
  });
  for (const worker of [datasetWorker, trainingWorker]) {
    worker.addEventListener('error', ({ message }) => {
      emit({
        kind: 'failed',
        code: 'worker/crashed',
        message: `A background worker crashed${message ? ` (${message})` : ''}. Reload the page and resume the last checkpoint.`,
      });
    });
  }

  return {
    datasets,
    training,
    async start(prefer) {
      const { port1, port2 } = new MessageChannel();
      const attached = datasets.call('attach', { port: port1 }, { transfer: [port1] });
      const init = training.call('init', prefer ? { pixels: port2, prefer } : { pixels: port2 }, {
        transfer: [port2],
      });
      const [device] = await Promise.all([init, attached]);
      return { device, catalogue: await training.call('catalogue', {}) };
    },
    async benchmark(options, { signal, onProgress }) {
      const worker = new Worker(new URL('../../workers/bench.worker.ts', import.meta.url), {
        type: 'module',
        name: 'bench',
      });
      try {
        return await connect<BenchApi>(worker).call('measure', options, {
          signal,
          onProgress: progress => onProgress(progress as BenchProgress),
        });
      } finally {
        worker.terminate();
      }
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
