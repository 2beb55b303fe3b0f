/** @file Everything one run recorded, row by row, and what of it has not been sent to the page yet. */
import type { Evaluation, History } from '../../protocol/runs';

export interface Row {
  /** Steps done, counting from 1. */
  step: number;
  learningRate: number;
  elapsedMs: number;
  losses: readonly number[];
  weights: readonly number[];
  accuracy: readonly number[];
}

export class Recorder {
  readonly #tasks: readonly string[];
  readonly #rows: Row[] = [];
  readonly #evaluations: Evaluation[] = [];
  #sentRows = 0;
  #sentEvaluations = 0;

  constructor(tasks: readonly string[]) {
    this.#tasks = tasks;
  }

  get last(): Row | undefined {
    return this.#rows.at(-1);
  }

  add(row: Row): void {
    this.#rows.push(row);
  }

  addEvaluation(evaluation: Evaluation): void {
    this.#evaluations.push(evaluation);
  }

  /** What was added since the last call: `[rows, 3 + 3·tasks]` as RunUpdate describes. */
  takeNew(): { rows: Float64Array<ArrayBuffer>; evaluations: Evaluation[] } {
    const fresh = this.#rows.slice(this.#sentRows);
    const evaluations = this.#evaluations.slice(this.#sentEvaluations);
    this.#sentRows = this.#rows.length;
    this.#sentEvaluations = this.#evaluations.length;
    const rows = Float64Array.from(
      fresh.flatMap(row => [
        row.step,
        row.learningRate,
        row.elapsedMs,
        ...row.losses,
        ...row.weights,
        ...row.accuracy,
      ]),
    );
    return { rows, evaluations };
  }

  /** Column form; arrays are parallel to `step`. */
  toHistory(): History {
    const rows = this.#rows;
    const columns = (of: (row: Row) => readonly number[]) =>
      Object.fromEntries(this.#tasks.map((task, t) => [task, rows.map(row => of(row)[t] ?? Number.NaN)]));
    return {
      step: rows.map(row => row.step),
      losses: columns(row => row.losses),
      weights: columns(row => row.weights),
      accuracy: columns(row => row.accuracy),
      learningRate: rows.map(row => row.learningRate),
      elapsedMs: rows.map(row => row.elapsedMs),
      evaluations: [...this.#evaluations],
    };
  }

  /** Takes over a checkpoint's history. It is no news: the page asks for it whole. */
  restore(history: History): void {
    const pick = (columns: Record<string, number[]>, i: number) =>
      this.#tasks.map(task => columns[task]?.[i] ?? Number.NaN);
    history.step.forEach((step, i) => {
      this.add({
        step,
        learningRate: history.learningRate[i] ?? Number.NaN,
        elapsedMs: history.elapsedMs[i] ?? Number.NaN,
        losses: pick(history.losses, i),
        weights: pick(history.weights, i),
        accuracy: pick(history.accuracy, i),
      });
    });
    history.evaluations.forEach(evaluation => {
      this.addEvaluation(evaluation);
    });
    this.#sentRows = this.#rows.length;
    this.#sentEvaluations = this.#evaluations.length;
  }
}
