/** @file One run as the page knows it: a pure reducer (RunState, event) → RunState. */
import type {
  Evaluation,
  History,
  OptionValue,
  RunSummary,
  RunUpdate,
} from '../../workers/protocol/messages';
import { appendRows, elapsedMsAt, emptyHistory, historyFromColumns, type RunHistory } from './history';
import { noSwaps, type SwapTracker, trackSwaps } from './swaps';

export interface RunState extends RunSummary {
  history: RunHistory;
  swaps: SwapTracker;
  /** Ascending by step, one a step. */
  evaluations: readonly Evaluation[];
  /** Distinct, newest last. */
  warnings: readonly string[];
  stepsPerSecond: number;
  imagesPerSecond: number;
  learningRate: number;
  /** Milliseconds since the epoch of the first row; null before it. */
  startedAt: number | null;
}

export type RunEvent =
  | { kind: 'update'; update: RunUpdate; now: number }
  | { kind: 'summary'; summary: RunSummary }
  | { kind: 'history'; history: History; now: number }
  | { kind: 'evaluated'; evaluation: Evaluation }
  | { kind: 'renamed'; name: string }
  | { kind: 'optionSet'; key: string; value: OptionValue }
  | { kind: 'failed'; code: string; message: string };

const warningsKept = 4;

export function newRun(summary: RunSummary): RunState {
  return {
    ...summary,
    history: emptyHistory(summary.tasks.length),
    swaps: noSwaps,
    evaluations: [],
    warnings: [],
    stepsPerSecond: 0,
    imagesPerSecond: 0,
    learningRate: 0,
    startedAt: null,
  };
}

/** A run that will do no more steps. */
export const isOver = (run: Pick<RunSummary, 'phase'>) =>
  run.phase === 'finished' || run.phase === 'stopped' || run.phase === 'failed';
/** A run that is doing steps, or about to. */
export const isBusy = (run: Pick<RunSummary, 'phase'>) =>
  run.phase === 'running' || run.phase === 'preparing';

function withEvaluations(old: readonly Evaluation[], news: readonly Evaluation[]): readonly Evaluation[] {
  if (news.length === 0) return old;
  const byStep = new Map([...old, ...news].map(evaluation => [evaluation.step, evaluation]));
  return [...byStep.values()].sort((a, b) => a.step - b.step);
}

function withWarnings(old: readonly string[], news: readonly string[]): readonly string[] {
  return news.length === 0 ? old : [...new Set([...old, ...news].reverse())].slice(0, warningsKept).reverse();
}

/** The same rows, swaps dated again and the wall clock set back to the first row. */
function withHistory(run: RunState, history: RunHistory, swaps: SwapTracker, now: number): RunState {
  const last = elapsedMsAt(history, history.length - 1);
  const startedAt = history.length === 0 ? null : (run.startedAt ?? now - last);
  return { ...run, history, swaps: trackSwaps(swaps, history), startedAt };
}

export function reduceRun(run: RunState, event: RunEvent): RunState {
  switch (event.kind) {
    case 'update': {
      const { update } = event;
      const grown = withHistory(run, appendRows(run.history, update.rows), run.swaps, event.now);
      return {
        ...grown,
        phase: update.phase,
        step: update.step,
        stepsPerSecond: update.stepsPerSecond,
        imagesPerSecond: update.imagesPerSecond,
        learningRate: update.learningRate,
        error: update.error,
        evaluations: withEvaluations(run.evaluations, update.evaluations),
        warnings: withWarnings(run.warnings, update.warnings),
      };
    }
    case 'summary':
      return { ...run, ...event.summary };
    case 'history': {
      const tasks = run.tasks.map(task => task.id);
      const restored = withHistory(run, historyFromColumns(event.history, tasks), noSwaps, event.now);
      return { ...restored, evaluations: withEvaluations([], event.history.evaluations) };
    }
    case 'evaluated':
      return { ...run, evaluations: withEvaluations(run.evaluations, [event.evaluation]) };
    case 'renamed':
      return { ...run, name: event.name };
    case 'optionSet':
      return { ...run, config: { ...run.config, [event.key]: event.value } };
    case 'failed':
      return { ...run, phase: 'failed', error: { code: event.code, message: event.message } };
    default:
      return event satisfies never;
  }
}
