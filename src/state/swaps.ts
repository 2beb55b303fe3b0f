/**
 * @file Finds the swaps of two tasks: the largest weight passes from one task to another and stays there.
 *
 * Rule: task b takes the lead at step s if from s on b's raw weight is strictly the largest in `holdRows` rows in a row,
 * and in at least one of them by more than `margin`. The swap is dated s, where the lines really cross, and not later,
 * where a smoothed line would cross. The first leader takes the lead from no task, so this is not a swap (both methods
 * start at 1/T). Single rows that jump back and forth, and equal weights, are not swaps.
 */
import { type RunHistory, stepAt, valueAt } from './history';

export const holdRows = 10;
export const margin = 0.02;

export interface Swap {
  step: number;
  /** The indices of the two tasks. */
  from: number;
  to: number;
}

/** The state after the rows read so far. Swaps are found as rows arrive, and each row is read once. */
export interface SwapTracker {
  readonly rowsRead: number;
  readonly leader: number | null;
  /** The task that has been ahead since step `since`, for `rows` rows. `lead` is the largest lead that it had in them. */
  readonly stretch: { task: number; since: number; rows: number; lead: number } | null;
  readonly swaps: readonly Swap[];
}

export const noSwaps: SwapTracker = { rowsRead: 0, leader: null, stretch: null, swaps: [] };

const isKnown = (history: RunHistory, row: number): boolean =>
  (history.positions.get('weight') ?? []).every(
    (_, task) => !Number.isNaN(valueAt(history, 'weight', task, row)),
  );

function aheadIn(history: RunHistory, row: number): { task: number; lead: number } | null {
  let best = -1;
  let first = Number.NEGATIVE_INFINITY;
  let second = Number.NEGATIVE_INFINITY;
  const tasks = history.positions.get('weight')?.length ?? 0;
  for (let task = 0; task < tasks; task++) {
    const weight = valueAt(history, 'weight', task, row);
    if (weight > first) {
      second = first;
      first = weight;
      best = task;
    } else if (weight > second) second = weight;
  }
  return first > second && tasks > 1 ? { task: best, lead: first - second } : null;
}

/** Reads the rows of `history` that `tracker` has not seen. */
export function trackSwaps(tracker: SwapTracker, history: RunHistory): SwapTracker {
  let { leader, stretch, swaps } = tracker;
  for (let row = tracker.rowsRead; row < history.length; row++) {
    // A task that the batch had no sample of has no weight: such a row neither continues a stretch nor ends it.
    if (!isKnown(history, row)) continue;
    const ahead = aheadIn(history, row);
    if (!ahead) {
      stretch = null;
      continue;
    }
    stretch =
      stretch?.task === ahead.task
        ? { ...stretch, rows: stretch.rows + 1, lead: Math.max(stretch.lead, ahead.lead) }
        : { task: ahead.task, since: stepAt(history, row), rows: 1, lead: ahead.lead };
    if (stretch.rows < holdRows || stretch.lead <= margin || stretch.task === leader) continue;
    if (leader !== null) swaps = [...swaps, { step: stretch.since, from: leader, to: stretch.task }];
    leader = stretch.task;
  }
  return { rowsRead: history.length, leader, stretch, swaps };
}

/** All swaps of a history. */
export const findSwaps = (history: RunHistory): readonly Swap[] => trackSwaps(noSwaps, history).swaps;
