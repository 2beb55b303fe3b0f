/** @file Writes the history of a run as CSV and JSON. */
import { columnsOfHistory } from './history';
import type { RunState } from './runs';

/** `loss/identity` → `loss_identity`, `elapsedMs` → `elapsed_ms`: spreadsheets and data frames accept such names. */
const csvName = (id: string) =>
  id.replaceAll('/', '_').replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);

/** One row for each step and one column for each recorded column. A cell is empty where the step has no such value. */
export function historyToCsv({ history }: Pick<RunState, 'history'>): string {
  const cell = (value: number) => (Number.isNaN(value) ? '' : String(value));
  const values = Object.entries(columnsOfHistory(history));
  const header = values.map(([id]) => csvName(id));
  const lines = Array.from({ length: history.length }, (_, i) =>
    values.map(([, column]) => cell(column[i] ?? Number.NaN)),
  );
  return `${[header, ...lines].map(line => line.join(',')).join('\r\n')}\r\n`;
}

/** Holds columns, evaluations, swaps, and the settings that are needed to repeat the run. NaN becomes null. */
export function historyToJson(run: RunState): string {
  const {
    history,
    tasks,
    name,
    weighting,
    config,
    startedFrom,
    datasetName,
    split,
    classes,
    evaluations,
    swaps,
  } = run;
  const ids = tasks.map(({ id }) => id);
  const swapsByName = swaps.swaps.map(({ step, from, to }) => ({ step, from: ids[from], to: ids[to] }));
  const file = {
    name,
    weighting,
    config,
    startedFrom,
    datasetName,
    split,
    classes,
    columns: columnsOfHistory(history),
    evaluations,
    swaps: swapsByName,
  };
  return JSON.stringify(file, null, 1);
}
