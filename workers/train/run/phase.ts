/** @file A run's state machine: idle → preparing → running ⇄ paused → finished / stopped / failed. */
import { AppError } from '../../protocol/errors';
import type { RunPhase } from '../../protocol/runs';

export type PhaseEvent = 'prepare' | 'prepared' | 'resume' | 'pause' | 'step' | 'finish' | 'stop' | 'fail';

const transitions: Record<RunPhase, Partial<Record<PhaseEvent, RunPhase>>> = {
  idle: { prepare: 'preparing', fail: 'failed' },
  preparing: { prepared: 'paused', fail: 'failed' },
  // A person may click twice, so pausing a paused run and resuming a running one are allowed.
  paused: {
    resume: 'running',
    pause: 'paused',
    step: 'paused',
    finish: 'finished',
    stop: 'stopped',
    fail: 'failed',
  },
  running: {
    pause: 'paused',
    step: 'paused',
    resume: 'running',
    finish: 'finished',
    stop: 'stopped',
    fail: 'failed',
  },
  finished: { pause: 'finished', stop: 'finished' },
  stopped: { pause: 'stopped', stop: 'stopped' },
  failed: { pause: 'failed', stop: 'failed', fail: 'failed' },
};

/** @throws AppError `run/phase` when a run in `phase` cannot do `event`. */
export function nextPhase(phase: RunPhase, event: PhaseEvent): RunPhase {
  const next = transitions[phase][event];
  if (!next)
    throw new AppError(
      'run/phase',
      `A run that is ${phase} cannot ${event}. Start a new run or resume a checkpoint.`,
    );
  return next;
}
