/** @file A run's history as CSV and JSON. */
import { columnsOfHistory } from './history';
import type { RunState } from './runs';

/** `loss/identity` → `loss_identity`, `elapsedMs` → `elapsed_ms`: what spreadsheets and data frames take as a name. */
const csvName = (id: string) =>
  id.replaceAll('/', '_').replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);

/** One row a step and one column for each that the run recorded; an empty cell where a step has no such number. */
export function historyToCsv({ history }: Pick<RunState, 'history'>): string {
  const cell = (value: number) => (Number.isNaN(value) ? '' : String(value));
  const values = Object.entries(columnsOfHistory(history));
  const header = values.map(([id]) => csvName(id));
  const lines = Array.from({ length: history.length }, (_, i) =>
    values.map(([, column]) => cell(column[i] ?? Number.NaN)),
  );
  return `${[header, ...lines].map(line => line.join(',')).join('\r\n')}\r\n`;
}

/** Columns, evaluations, swaps, and what it takes to run it again. NaN becomes null. */
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
