/** @file Keeps everything that one run recorded, row by row, and knows which part was not sent to the page yet. */
import { type Column, positionsOf } from '../../protocol/columns';
import { type Evaluation, withEvaluation } from '../../protocol/results';
import type { History } from '../../protocol/runs';

export class Recorder {
  readonly #columns: readonly Column[];
  readonly #stepAt: number;
  readonly #rows: (readonly number[])[] = [];
  #evaluations: Evaluation[] = [];
  #sentRows = 0;
  #unsentEvaluations: Evaluation[] = [];

  /** @param columns the columns of a row. One of them is `step`. */
  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    this.#stepAt = positionsOf(columns, 'step')[0] ?? 0;
  }

  /** How many steps were done at the last row. It is 0 before the first row. */
  get lastStep(): number {
    return this.#rows.at(-1)?.[this.#stepAt] ?? 0;
  }

  /** @param row one number for each column. */
  add(row: readonly number[]): void {
    this.#rows.push(row);
  }

  addEvaluation(evaluation: Evaluation): void {
    this.#evaluations = withEvaluation(this.#evaluations, evaluation);
    this.#unsentEvaluations.push(evaluation);
  }

  /** What was added since the last call. `rows` has the shape `[rows, columns]`, row by row. */
  takeNew(): { rows: Float64Array<ArrayBuffer>; evaluations: Evaluation[] } {
    const rows = Float64Array.from(this.#rows.slice(this.#sentRows).flat());
    const evaluations = this.#unsentEvaluations;
    this.#sentRows = this.#rows.length;
    this.#unsentEvaluations = [];
    return { rows, evaluations };
  }

  /** The history with one array for each column. All arrays have the same length. */
  toHistory(): History {
    const column = (at: number) => this.#rows.map(row => row[at] ?? Number.NaN);
    return {
      columns: Object.fromEntries(this.#columns.map(({ id }, at) => [id, column(at)])),
      evaluations: [...this.#evaluations],
    };
  }

  /**
   * Takes over the history of a checkpoint. It is not sent as news, because the page asks for it as a whole. A column that
   * the checkpoint does not have is filled with NaN.
   */
  restore({ columns, evaluations }: History): void {
    const values = this.#columns.map(({ id }) => columns[id]);
    const length = Math.max(0, ...values.map(column => column?.length ?? 0));
    for (let i = 0; i < length; i++) this.add(values.map(column => column?.[i] ?? Number.NaN));
    this.#evaluations = [...evaluations];
    this.#sentRows = this.#rows.length;
  }
}
