import { expect, test } from 'vitest';
import { newRun } from '../../../src/state/runs';
import { createAppStore, failEngine } from '../../../src/state/store';
import { summary } from './fakes';

test('a crashed engine fails every run that is not over, says why, and stays failed', () => {
  const store = createAppStore({ system: 'expression', preset: '', methods: [], options: {} });
  const phases = ['running', 'paused', 'finished'] as const;
  store.setState({
    engine: 'ready',
    runs: Object.fromEntries(phases.map(phase => [phase, newRun(summary({ id: phase, phase }))])),
  });
  failEngine(store, { code: 'worker/crashed', message: 'Out of memory.' });
  const { engine, runs, problems } = store.getState();
  expect(engine).toBe('failed');
  expect(problems.engine?.message).toBe('Out of memory.');
  expect(phases.map(phase => runs[phase]?.phase)).toEqual(['failed', 'failed', 'finished']);
  expect(runs.running?.error).toEqual({ code: 'worker/crashed', message: 'Out of memory.' });
});
