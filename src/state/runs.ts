/** @file One run as the page knows it: a pure reducer (RunState, event) → RunState. */
import type { OptionValue } from '../../workers/protocol/options';
import { type Evaluation, withEvaluation } from '../../workers/protocol/results';
import type { History, RunSummary, RunUpdate } from '../../workers/protocol/runs';
import { appendRows, elapsedMsAt, emptyHistory, historyFromColumns, type RunHistory } from './history';
import { noSwaps, type SwapTracker, trackSwaps } from './swaps';

export interface RunState extends RunSummary {
  history: RunHistory;
  swaps: SwapTracker;
  /** Ascending by step, one a step. */
  evaluations: readonly Evaluation[];
  /** What the newest step warns of. */
  warnings: readonly string[];
  /** GPU programs compiled of those the first step needs; null before and after. */
  compiling: { ready: number; all: number } | null;
  stepsPerSecond: number;
  imagesPerSecond: number;
  learningRate: number;
  /** Milliseconds since the epoch of the first row; null before it. */
  startedAt: number | null;
  /** The last step whose weights were saved or exported; for a restored run, the step it was saved at. */
  keptStep: number;
}

export type RunEvent =
  | { kind: 'update'; update: RunUpdate; now: number }
  | { kind: 'history'; history: History; now: number }
  | { kind: 'evaluated'; evaluation: Evaluation }
  | { kind: 'renamed'; name: string }
  | { kind: 'optionSet'; key: string; value: OptionValue }
  | { kind: 'kept'; step: number }
  | { kind: 'failed'; code: string; message: string };

export function newRun(summary: RunSummary): RunState {
  return {
    ...summary,
    history: emptyHistory(summary.columns),
    swaps: noSwaps,
    evaluations: [],
    warnings: [],
    compiling: null,
    stepsPerSecond: 0,
    imagesPerSecond: 0,
    learningRate: 0,
    startedAt: null,
    keptStep: summary.step,
  };
}

/** A run that will do no more steps. */
export const isOver = (run: Pick<RunSummary, 'phase'>) =>
  run.phase === 'finished' || run.phase === 'stopped' || run.phase === 'failed';
/** A run that is doing steps, or about to. */
export const isBusy = (run: Pick<RunSummary, 'phase'>) =>
  run.phase === 'running' || run.phase === 'preparing';

function withEvaluations(old: readonly Evaluation[], news: readonly Evaluation[]): readonly Evaluation[] {
  return news.reduce(withEvaluation, old);
}

/** The same rows, swaps dated again and the wall clock set back to the first row. */
function withHistory(run: RunState, history: RunHistory, swaps: SwapTracker, now: number): RunState {
  const last = elapsedMsAt(history, history.length - 1);
  const startedAt = history.length === 0 ? null : (run.startedAt ?? now - last);
  return { ...run, history, swaps: trackSwaps(swaps, history), startedAt };
}

/** Closing the page now would lose steps of a run that goes on, or could. */
export const hasUnkeptSteps = (run: RunState) => !isOver(run) && run.step > run.keptStep;

export function reduceRun(run: RunState, event: RunEvent): RunState {
  switch (event.kind) {
    case 'update': {
      const { update } = event;
      const grown = withHistory(run, appendRows(run.history, update.rows), run.swaps, event.now);
      return {
        ...grown,
        // A run that failed stays failed, whatever a worker that is still alive says of it.
        phase: run.phase === 'failed' ? 'failed' : update.phase,
        step: update.step,
        compiling: update.compiling ?? null,
        stepsPerSecond: update.stepsPerSecond,
        imagesPerSecond: update.imagesPerSecond,
        learningRate: update.learningRate,
        error: update.error ?? run.error,
        evaluations: withEvaluations(run.evaluations, update.evaluations),
        warnings: update.warnings,
      };
    }
    case 'history': {
      const rows = historyFromColumns(event.history.columns, run.columns);
      const restored = withHistory(run, rows, noSwaps, event.now);
      return { ...restored, evaluations: withEvaluations([], event.history.evaluations) };
    }
    case 'evaluated':
      return { ...run, evaluations: withEvaluations(run.evaluations, [event.evaluation]) };
    case 'renamed':
      return { ...run, name: event.name };
    case 'optionSet':
      return { ...run, config: { ...run.config, [event.key]: event.value } };
    case 'kept':
      return { ...run, keptStep: Math.max(run.keptStep, event.step) };
    case 'failed':
      return { ...run, phase: 'failed', error: { code: event.code, message: event.message } };
    default:
      return event satisfies never;
  }
}
