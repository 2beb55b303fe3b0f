/** WebAssembly on one, two and four threads. Only a browser has threads like the page's. */
import { expect, test } from 'vitest';

interface Answer {
  threads: number;
  replays: boolean;
  warning: string | null;
  values: number[][];
  state: Record<string, number[]>;
}

function steps(threads: number): Promise<Answer> {
  const worker = new Worker(new URL('../fixtures/threadSteps.worker.ts', import.meta.url), {
    type: 'module',
  });
  return new Promise<Answer>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(threads);
  }).finally(() => worker.terminate());
}

test('one, two and four threads compute the same bits', async () => {
  expect(crossOriginIsolated, 'threads need an isolated page').toBe(true);
  const one = await steps(1);
  expect(one).toMatchObject({ threads: 1, replays: true, warning: null });
  for (const threads of [2, 4]) {
    const several = await steps(threads);
    expect(several).toMatchObject({ threads, replays: true, warning: null });
    expect(several.values).toEqual(one.values);
    expect(several.state).toEqual(one.state);
  }
});
