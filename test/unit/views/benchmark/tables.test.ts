import { expect, test } from 'vitest';
import { markdown } from '../../../../src/views/benchmark/markdown';
import { facts, failures, tables } from '../../../../src/views/benchmark/tables';
import type { BenchReport, StepCost } from '../../../../workers/protocol/bench';

const cost = (stepMs: number): StepCost => ({
  ...{ stepMs, imagesPerSecond: 8000 / stepMs, gflopPerSecond: 700 / stepMs, jsMs: 0.9, bytes: 12_300_000 },
  ...{ matmulShare: 0.321, copyShare: 0.05, dispatches: 1234, submits: 1, steps: 5 },
});

const report: BenchReport = {
  ...{ adapter: 'acme · one', software: false, browser: 'Mozilla/5.0 Chrome/156.0.0.0 Safari/537.36' },
  sizes: {
    ...{ preset: 'small', network: 'Inception', batch: 8, inputSize: 96, width: 0.25 },
    ...{ parameters: 812_345, gflopPerImage: 0.0872 },
  },
  date: '2026-11-22T01:00:00.000Z',
  ceilings: { matmulGflopPerSecond: 5000, matmulSize: 2048, copyGbPerSecond: 300, copyBytes: 2 ** 28 },
  ...{ stock: cost(7400), convolutions: cost(3100), eager: cost(490), replay: cost(370) },
  wasm: { ...cost(185), matmulShare: null, copyShare: null, dispatches: null, submits: null },
  webgl: { failed: 'out of | memory' },
  ratios: {
    ...{ stockOverConvolutions: 2.4, stockOverEager: 15, stockOverReplay: 20, webglOverReplay: null },
    ...{ webglOverWasm: null, replayOverWasm: 2 },
  },
  kernels: [
    { label: 'convForward', dispatches: 3, gpuMs: 6, gflopPerSecond: 50 },
    { label: 'tfjs', dispatches: 1, gpuMs: 2, gflopPerSecond: null },
  ],
  layers: [
    {
      ...{ layer: 'trunk/stem5', direction: 'weightGradient', shape: '[8,24,24,64] 3×3×64 /1', gflop: 0.5 },
      ms: { ours: 100, stock: 1000, jaxJs: { failed: 'no device' } },
    },
  ],
};

test('every row of a table is as wide as its head', () => {
  for (const { columns, rows } of tables(report)) {
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toHaveLength(columns.length);
  }
});

test('steps show their ratio to stock, and a dash where a variant did not run', () => {
  const [steps] = tables(report);
  const replay = steps?.rows.find(([name]) => name === '+ replay');
  expect(replay?.slice(1, 4)).toEqual(['370', '20', '21.6']);
  expect(replay?.slice(5, 8)).toEqual(['32.1 %', '5 %', '1,234']);
  expect(
    steps?.rows
      .at(-1)
      ?.slice(1)
      .every(cell => cell === '–'),
  ).toBe(true);
});

test('WebAssembly has a row without what only a GPU has', () => {
  const [steps] = tables(report);
  const wasm = steps?.rows.find(([name]) => name?.includes('WebAssembly'));
  expect(wasm?.slice(1, 4)).toEqual(['185', '40', '43.2']);
  expect(wasm?.slice(5, 9)).toEqual(['–', '–', '–', '–']);
});

test('without WebGPU there are steps, but no ceilings, kernels and layers', () => {
  const missing = { failed: 'It needs WebGPU: this browser has none.' };
  const without: BenchReport = {
    ...{ ...report, adapter: null, ceilings: null, kernels: missing, layers: [] },
    ...{ stock: missing, convolutions: missing, eager: missing, replay: missing },
  };
  expect(tables(without).map(({ title }) => title)).toEqual(['Training steps']);
  expect(tables(without)[0]?.rows.map(row => row[1])).toEqual(['–', '–', '–', '–', '185', '–']);
  expect(facts(without)).toHaveLength(2);
  expect(markdown(without)).toMatch(/^No WebGPU; Chrome/);
  expect(failures(without)).toContain('+ replay: It needs WebGPU: this browser has none.');
});

test('layers show GFLOP/s of each peer and how much faster ours is', () => {
  const [, layers] = tables(report);
  expect(layers?.columns).toEqual([
    ...['Layer', 'Shape', 'Direction', 'ours', 'stock tfjs', 'jax-js'],
    ...['ours ÷ stock tfjs', 'ours ÷ jax-js'],
  ]);
  expect(layers?.rows[0]?.slice(2)).toEqual(['weight gradient', '5', '0.5', '–', '10', '–']);
});

test('what could not be measured says why', () => {
  expect(failures(report)).toEqual([
    'tfjs on WebGL: out of | memory',
    'jax-js, trunk/stem5, weight gradient: no device',
  ]);
});

test('Markdown keeps every line of a table equally long and names adapter and sizes', () => {
  const text = markdown(report);
  expect(text).toContain('acme · one; Chrome 156.0.0.0; 2026-11-22.');
  expect(text).toContain('96 px, width 0.25, batch 8');
  const blocks = text.split('\n\n').filter(block => block.startsWith('|'));
  expect(blocks).toHaveLength(3);
  for (const block of blocks) expect(new Set(block.split('\n').map(line => line.length)).size).toBe(1);
});

test('a bar in a cell does not end it, and numbers stand on the right', () => {
  const kernels = [{ label: 'a|b', dispatches: 3, gpuMs: 6, gflopPerSecond: 50 }];
  const text = markdown({ ...report, kernels });
  expect(text).toContain('| a\\|b   |  6 |  100 % |          3 |      50 |');
  expect(text).toContain('| ------ | -: | -----: | ---------: | ------: |');
});
