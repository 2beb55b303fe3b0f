import { expect, test } from 'vitest';
import { PRESETS } from '../../../workers/config/presets';
import { stepWork } from '../../../workers/config/stepWork';
import { NETWORKS } from '../../../workers/nets/networks';

test('each backend has the networks that it trains in bearable time', () => {
  const on = (backend: 'webgpu' | 'wasm' | 'webgl' | 'cpu') =>
    Object.entries<{ runsOn: readonly string[] }>(PRESETS)
      .filter(([, { runsOn }]) => runsOn.includes(backend))
      .map(([id]) => id);
  expect(on('webgpu')).toEqual(Object.keys(PRESETS));
  expect(on('wasm')).toEqual(['tiny', 'ck48', 'mini', 'small']);
  expect(on('webgl')).toEqual(['tiny', 'ck48']);
  expect(on('cpu')).toEqual(['tiny', 'ck48']);
});

test("a preset's work is that of its network with any number of branches", () => {
  for (const { network, work, defaults } of Object.values(PRESETS)) {
    const { inputSize, width } = defaults;
    const plan = NETWORKS[network].plan({ inputSize, width, classes: [2, 3, 4], seed: 0 });
    expect(work.shared + 3 * work.perTask).toBe(stepWork(plan));
  }
});

test('steps of Tiny, CK+48, Mini and Small take within a half of what was measured at 9.4 billion multiply-adds a second', () => {
  const ms = (id: 'tiny' | 'ck48' | 'mini' | 'small') => {
    const { work, defaults } = PRESETS[id];
    return (1000 * defaults.batchSize * (work.shared + 2 * work.perTask)) / 9.437e9;
  };
  const measured = { tiny: 7, ck48: 22, mini: 17, small: 877 } as const;
  for (const id of ['tiny', 'ck48', 'mini', 'small'] as const) {
    expect(ms(id), id).toBeGreaterThan(measured[id]);
    expect(ms(id), id).toBeLessThan(1.5 * measured[id]);
  }
});
