/** @file The state of one run as the page knows it, with a pure reducer (RunState, event) → RunState. */
import type { OptionValue } from '../../workers/protocol/options';
import { type Evaluation, withEvaluation } from '../../workers/protocol/results';
import type { History, RunSummary, RunUpdate } from '../../workers/protocol/runs';
import { appendRows, elapsedMsAt, emptyHistory, historyFromColumns, type RunHistory } from './history';
import { noSwaps, type SwapTracker, trackSwaps } from './swaps';

export interface RunState extends RunSummary {
  history: RunHistory;
  swaps: SwapTracker;
  /** In order of step; at most one for each step. */
  evaluations: readonly Evaluation[];
  /** The warnings of the newest step. */
  warnings: readonly string[];
  /** How many of the GPU programs of the first step are compiled. Null before and after they are compiled. */
  compiling: { ready: number; all: number } | null;
  stepsPerSecond: number;
  imagesPerSecond: number;
  learningRate: number;
  /** The time of the first row, in milliseconds since 1 January 1970; null before it. */
  startedAt: number | null;
  /** The last step whose weights were saved or exported. For a restored run, it is the step at which it was saved. */
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

/** Whether the run will do no more steps. */
export const isOver = (run: Pick<RunSummary, 'phase'>) =>
  run.phase === 'finished' || run.phase === 'stopped' || run.phase === 'failed';
/** Whether the run is doing steps, or is about to. */
export const isBusy = (run: Pick<RunSummary, 'phase'>) =>
  run.phase === 'running' || run.phase === 'preparing';

function withEvaluations(old: readonly Evaluation[], news: readonly Evaluation[]): readonly Evaluation[] {
  return news.reduce(withEvaluation, old);
}

/** Sets the history and its swaps, and computes the time of the first row from `now`. */
function withHistory(run: RunState, history: RunHistory, swaps: SwapTracker, now: number): RunState {
  const last = elapsedMsAt(history, history.length - 1);
  const startedAt = history.length === 0 ? null : (run.startedAt ?? now - last);
  return { ...run, history, swaps: trackSwaps(swaps, history), startedAt };
}

/** Whether closing the page now would lose steps of a run that goes on, or that could go on. */
export const hasUnkeptSteps = (run: RunState) => !isOver(run) && run.step > run.keptStep;
/** A reload would lose steps of this run, also if it is over: its charts and its weights. */
export const hasUnsavedSteps = (run: RunState) => run.step > run.keptStep;

export function reduceRun(run: RunState, event: RunEvent): RunState {
  switch (event.kind) {
    case 'update': {
      const { update } = event;
      const grown = withHistory(run, appendRows(run.history, update.rows), run.swaps, event.now);
      return {
        ...grown,
        // A run that failed stays failed, even if a worker that still runs reports another phase.
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
