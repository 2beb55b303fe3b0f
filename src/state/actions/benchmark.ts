/** @file Measures this device. Only one benchmark runs at a time, and none while a run trains: each would slow the other. */
import type { BenchOptions, BenchReport } from '../../../workers/protocol/bench';
import { AppError } from '../../../workers/protocol/errors';
import type { Engine } from '../../engine/engine';
import type { AppState, Store } from '../store';
import type { runActions } from './runs';

interface Context {
  engine: Pick<Engine, 'benchmark'>;
  store: Store;
}
interface Needs {
  runs: Pick<ReturnType<typeof runActions>, 'runningIds'>;
}

export function benchmarkActions({ engine, store }: Context, { runs }: Needs) {
  let controller: AbortController | null = null;
  const show = (change: Partial<AppState['benchmark']>) =>
    store.setState(({ benchmark }) => ({ benchmark: { ...benchmark, ...change } }));

  return {
    /** @throws AppError `bench/busy` while a run trains or a benchmark runs. */
    async run(options: BenchOptions): Promise<BenchReport> {
      if (controller)
        throw new AppError('bench/busy', 'A benchmark is running. Wait for its end or cancel it.');
      if (runs.runningIds().length > 0)
        throw new AppError(
          'bench/busy',
          'Training is running and would share the GPU with the benchmark. Pause or stop it first.',
        );
      const mine = new AbortController();
      controller = mine;
      show({ progress: { doing: 'Starting', share: 0 } });
      try {
        const report = await engine.benchmark(options, {
          signal: mine.signal,
          onProgress: progress => show({ progress }),
        });
        show({ report });
        return report;
      } finally {
        controller = null;
        show({ progress: null });
      }
    },
    cancel: () => controller?.abort(),
  };
}
