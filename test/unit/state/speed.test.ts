import { expect, test } from 'vitest';
import { newRun } from '../../../src/state/runs';
import { defaultSettings } from '../../../src/state/settings';
import { quickPresets, speedEstimate } from '../../../src/state/speed';
import { type AppState, initialState } from '../../../src/state/store';
import type { DeviceInfo } from '../../../workers/protocol/device';
import { catalogue as fake, summary } from './fakes';

const catalogue = {
  ...fake,
  options: {
    ...fake.options,
    batchSize: {
      ...{ kind: 'number' as const, label: 'Batch', group: 'Run' },
      default: 50,
      min: 1,
      max: 1000,
    },
  },
  presets: fake.presets.map(preset => ({ ...preset, defaults: { ...preset.defaults, batchSize: 50 } })),
};
const wasm: DeviceInfo = {
  ...{ backend: 'wasm', adapter: 'one CPU core', limits: null, features: [], why: null },
  speed: 1e9,
};
const state = (over: Partial<AppState> = {}): AppState => ({
  ...initialState(defaultSettings(catalogue)),
  ...{ catalogue, device: wasm },
  ...over,
});
const settings = state().settings;

test("before any run the speed follows from the device's and the network's work; methods share it", () => {
  // Two tasks: 6e5 + 2 · 2e5 multiply-adds an image, 300 steps of 50 images for each of two methods.
  expect(speedEstimate(state())).toEqual({ imagesPerSecond: 1000, trainingMs: 30_000, measured: false });
  const one = state({ settings: { ...settings, methods: ['one'] } });
  expect(speedEstimate(one)?.trainingMs).toBe(15_000);
});

test('nothing is said where nothing is known: no measured device, another image size, a method with more passes', () => {
  expect(speedEstimate(state({ device: { ...wasm, speed: null } }))).toBeNull();
  expect(speedEstimate(state({ settings: { ...settings, options: { inputSize: 64 } } }))).toBeNull();
  const costly = catalogue.weightings.map(entry => ({ ...entry, needs: ['taskGradients'] }));
  expect(speedEstimate(state({ catalogue: { ...catalogue, weightings: costly } }))).toBeNull();
});

const finished = (id: string, step = 300) => ({
  ...newRun(summary({ id, config: { system: 'expression', preset: 'small', batchSize: 50 } })),
  ...{ phase: 'finished' as const, step, imagesPerSecond: 400 },
});
const compared = (...runs: ReturnType<typeof finished>[]) => ({
  runs: Object.fromEntries(runs.map(run => [run.id, run])),
  comparison: runs.map(({ id }) => id),
});

test('runs of the same sizes that trained beside each other say it better, also without a measured device', () => {
  const runs = compared(finished('a'), finished('b'));
  const expected = { imagesPerSecond: 800, trainingMs: 37_500, measured: true };
  expect(speedEstimate(state(runs))).toEqual(expected);
  expect(speedEstimate(state({ ...runs, device: { ...wasm, speed: null } }))).toEqual(expected);
});

test('runs of another batch, or of which one had the machine to itself for a while, say nothing', () => {
  const runs = compared(finished('a'), finished('b'));
  const other = { ...settings, options: { batchSize: 8 } };
  expect(speedEstimate(state({ ...runs, settings: other }))?.measured).toBe(false);
  expect(speedEstimate(state(compared(finished('a'), finished('b', 20))))?.measured).toBe(false);
});

test('networks that take minutes are quick, those that take hours or have no figure are not', () => {
  const labels = (device: DeviceInfo) => quickPresets(catalogue, device).map(({ label }) => label);
  expect(labels(wasm)).toEqual(['Small']);
  expect(labels({ ...wasm, speed: 1e6 })).toEqual([]);
  expect(labels({ ...wasm, speed: null })).toEqual([]);
});
