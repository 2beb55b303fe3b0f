import { expect, test } from 'vitest';
import { nextPhase, type PhaseEvent } from '../../../../workers/train/run/phase';

const walk = (...events: PhaseEvent[]) => events.reduce(nextPhase, 'idle' as ReturnType<typeof nextPhase>);

test('a run goes idle → preparing → paused ⇄ running → finished', () => {
  expect(walk('prepare')).toBe('preparing');
  expect(walk('prepare', 'prepared')).toBe('paused');
  expect(walk('prepare', 'prepared', 'resume')).toBe('running');
  expect(walk('prepare', 'prepared', 'resume', 'pause', 'resume')).toBe('running');
  expect(walk('prepare', 'prepared', 'resume', 'finish')).toBe('finished');
});

test.each(['finished', 'stopped', 'failed'] as const)(
  'a %s run cannot go on, and the error says what to do',
  phase => {
    expect(() => nextPhase(phase, 'resume')).toThrow(/Start a new run or resume a checkpoint/);
  },
);

test('every unfinished phase can fail', () => {
  for (const phase of ['idle', 'preparing', 'paused', 'running'] as const)
    expect(nextPhase(phase, 'fail')).toBe('failed');
});
