/**
 * @file What a metric or a protocol says, by kind. The page draws every kind and knows no metric, so a new metric needs
 * no change there. Whatever is missing comes with its reason, a whole sentence for a person.
 */

/** A number, or the reason that there is none. */
export type Figure = { value: number } | { value: null; why: string };

/** `percent`: a share from 0 to 1, shown as 12.3 %. */
export type FigureFormat = 'percent' | 'number';

interface Described {
  /** A few words: heading of a table's column, name of a chart. */
  label: string;
  /** A sentence or two: what is measured, and how to read it. */
  about: string;
}
/** A picture has something to show, or says why not. */
interface Pictured extends Described {
  why: string | null;
}

/** Numbers, which also make a curve over the steps. */
interface Figured extends Described {
  format: FigureFormat;
  /** It also stands in the table of runs, which has room for few. */
  headline?: true;
}

export interface ScalarResult extends Figured {
  kind: 'scalar';
  figure: Figure;
}
export interface PerTaskResult extends Figured {
  kind: 'perTask';
  /** By task id. */
  figures: Record<string, Figure>;
}
export interface CurveResult extends Pictured {
  kind: 'curve';
  x: string;
  y: string;
  lines: { label: string; points: [x: number, y: number][] }[];
}
export interface MatrixResult extends Pictured {
  kind: 'matrix';
  /** What a row and a column stand for. */
  row: string;
  column: string;
  matrices: {
    label: string;
    rows: string[];
    columns: string[];
    /** Those that are not 0: with a hundred classes nearly all are. */
    cells: [row: number, column: number, value: number][];
  }[];
}
export interface TableResult extends Pictured {
  kind: 'table';
  columns: string[];
  /** The first cell of a row is its heading. */
  rows: (string | number | null)[][];
}
export interface SamplesResult extends Pictured {
  kind: 'samples';
  groups: { label: string; samples: { path: string; note: string }[] }[];
}

export type Result = ScalarResult | PerTaskResult | CurveResult | MatrixResult | TableResult | SamplesResult;

/** The two sides that no run trains on. */
export type HeldOutSide = 'validation' | 'test';

/** Scores on one held-out side after `step` steps. */
export interface Evaluation {
  step: number;
  side: HeldOutSide;
  /** Held-out images. */
  samples: number;
  /** Held-out images that are not among `samples` because their pictures are damaged; missing where there is none. */
  damaged?: number;
  /** By metric id. */
  results: Record<string, Result>;
}

/** Numbers that a curve over the steps can be drawn of; everything else is a picture of one step. */
const isFigure = ({ kind }: Result) => kind === 'scalar' || kind === 'perTask';

/**
 * Adds an evaluation to those of a run. Of the earlier ones the figures stay and the pictures go: a matrix at each of
 * hundreds of evaluations would weigh more than the network.
 */
export function withEvaluation(old: readonly Evaluation[], news: Evaluation): Evaluation[] {
  const others = old.filter(({ step, side }) => step !== news.step || side !== news.side);
  const all = [...others, news].sort((a, b) => a.step - b.step);
  return all.map((evaluation, i) => {
    const results = Object.entries(evaluation.results);
    if (i === all.length - 1 || results.every(([, result]) => isFigure(result))) return evaluation;
    return { ...evaluation, results: Object.fromEntries(results.filter(([, result]) => isFigure(result))) };
  });
}

/** Scores on one side, so that a curve does not jump from one to the other: validation where there is one, else test. */
export function whileTraining(evaluations: readonly Evaluation[]): readonly Evaluation[] {
  const validation = evaluations.filter(({ side }) => side === 'validation');
  return validation.length > 0 ? validation : evaluations;
}
