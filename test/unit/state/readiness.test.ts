import { expect, test } from 'vitest';
import { presetRefusal, whyNot } from '../../../src/state/readiness';
import { defaultSettings } from '../../../src/state/settings';
import { initialState } from '../../../src/state/store';
import type { DeviceInfo, MemoryEstimate } from '../../../workers/protocol/device';
import { datasetSummary } from './fakeEngine';
import { catalogue } from './fakes';

const device = (backend: DeviceInfo['backend']): DeviceInfo => ({
  backend,
  adapter: '',
  limits: null,
  features: [],
  why: null,
  speed: null,
});
const state = (backend: DeviceInfo['backend'], preset: string) => ({
  ...initialState({ ...defaultSettings(catalogue), preset }),
  engine: 'ready' as const,
  catalogue,
  device: device(backend),
});

test('a network that the backend cannot train is refused, with the backends that can and the networks that fit', () => {
  expect(presetRefusal(state('cpu', 'big'))).toBe(
    "Big is too large for this page's backend, CPU: it needs WebGPU. Choose Small.",
  );
  expect(presetRefusal(state('webgl', 'small'))).toBeNull();
  expect(presetRefusal(state('webgpu', 'big'))).toBeNull();
});

test('a dead engine, a missing dataset and a missing method each have their sentence', () => {
  const ready = state('webgpu', 'small');
  expect(whyNot({ ...ready, engine: 'failed' })).toContain('reloaded');
  expect(whyNot(ready)).toBe('Open some faces first.');
});

test('a set without expressions trains with single-task methods only', () => {
  const dataset = {
    ...datasetSummary('lfw', { kind: 'files', files: [] }),
    systems: { expression: 'The expression task has no labels.', caricature: 'No caricatures.' },
  };
  const ready = { ...state('webgpu', 'small'), dataset };
  const choose = (...methods: string[]) => ({ ...ready, settings: { ...ready.settings, methods } });
  expect(whyNot(choose('one', 'three'))).toBe('The expression task has no labels.');
  expect(whyNot(choose('three'))).toBeNull();
});

test('a batch that the adapter cannot hold keeps training from starting, until the settings change', () => {
  const dataset = datasetSummary('faces', { kind: 'files', files: [] });
  const ready = { ...state('webgpu', 'small'), dataset };
  const problem = {
    code: 'memory/buffer',
    message: 'Batch 90 needs too much: use at most 84.',
    batchSize: 84,
    refuses: true,
  };
  const estimate = { held: 1, peak: 2, others: 0, problem };
  const asked = { ...ready, memory: { estimate, settings: ready.settings, dataset } };
  expect(whyNot(asked)).toBe(problem.message);
  expect(whyNot({ ...asked, settings: { ...ready.settings } })).toBeNull();
  const known = (other: MemoryEstimate['problem']) =>
    whyNot({ ...asked, memory: { ...asked.memory, estimate: { ...estimate, problem: other } } });
  expect(known(null)).toBeNull();
  expect(known({ ...problem, refuses: false }), 'what did not fit once may fit now').toBeNull();
});
