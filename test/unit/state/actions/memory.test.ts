import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { memoryActions } from '../../../../src/state/actions/memory';
import { memoryEstimate } from '../../../../src/state/readiness';
import { newRun } from '../../../../src/state/runs';
import { createAppStore } from '../../../../src/state/store';
import type { DatasetApi } from '../../../../workers/protocol/dataset';
import { connect, serve } from '../../../../workers/protocol/link';
import type { RunPhase } from '../../../../workers/protocol/runs';
import type { TrainingApi } from '../../../../workers/protocol/training';
import { summary } from '../fakes';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** The page's memory actions, and the batches that the worker was asked about, in order. */
function pretend() {
  const { port1, port2 } = new MessageChannel();
  const asked: unknown[] = [];
  serve<Pick<TrainingApi, 'estimateMemory'>>(port2, {
    estimateMemory({ config }) {
      asked.push(config.batchSize);
      return { held: 1, peak: 2, others: 0, problem: null };
    },
  });
  const store = createAppStore({ system: 'expression', preset: 'small', methods: ['one'], options: {} });
  const training = connect<TrainingApi>(port1);
  const refuse = () => Promise.reject(new Error('not needed here'));
  const datasets = connect<DatasetApi>(new MessageChannel().port1);
  memoryActions({
    engine: { training, datasets, start: refuse, benchmark: refuse, listen: () => () => undefined },
    store,
  }).follow();
  return {
    store,
    asked,
    choose: (batchSize: number) =>
      store.setState(({ settings }) => ({ settings: { ...settings, options: { batchSize } } })),
    run: (phase: RunPhase) => store.setState({ runs: { 'run-1': newRun(summary({ phase })) } }),
    answered: () => vi.waitFor(() => expect(memoryEstimate(store.getState())).toBeDefined()),
    close() {
      for (const port of [port1, port2]) port.close();
    },
  };
}

test('nobody asks while a run trains; the answer to the settings of then comes after it', async () => {
  const page = pretend();
  page.choose(4);
  vi.advanceTimersByTime(1000);
  await page.answered();
  page.run('running');
  page.choose(8);
  expect(memoryEstimate(page.store.getState()), 'an answer about other settings').toBeUndefined();
  vi.advanceTimersByTime(1000);
  page.choose(16);
  vi.advanceTimersByTime(1000);
  page.run('paused');
  vi.advanceTimersByTime(1000);
  await page.answered();
  page.run('running');
  page.run('paused');
  vi.advanceTimersByTime(1000);
  page.choose(32);
  vi.advanceTimersByTime(1000);
  await page.answered();
  expect(page.asked).toEqual([4, 16, 32]);
  page.close();
});

test('when a run is created, over or removed, what the page holds is asked again', async () => {
  const page = pretend();
  const asks = async (times: number, when: string) => {
    vi.advanceTimersByTime(1000);
    await vi.waitFor(() => expect(page.asked, when).toHaveLength(times));
    await page.answered();
  };
  page.choose(4);
  await asks(1, 'at first');
  page.run('paused');
  await asks(2, 'created');
  page.run('running');
  page.run('finished');
  await asks(3, 'over');
  page.store.setState({ runs: {} });
  await asks(4, 'removed');
  page.close();
});
