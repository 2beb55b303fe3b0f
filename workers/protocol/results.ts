/**
 * @file The kinds of results that a metric can give. The page can draw every kind and knows no metric, so a new metric needs no
 * change in the page. If something is missing, the result has the reason, as a whole sentence for the visitor.
 */

/** A number, or the reason why there is none. */
export type Figure = { value: number } | { value: null; why: string };

/** How the page writes a number. `percent` is for a share from 0 to 1, which is shown as 12.3 %. */
export type FigureFormat = 'percent' | 'number';

interface Described {
  /** A few words for the heading of a column or the name of a chart. */
  label: string;
  /** One or two sentences that say what is measured and how to read it. */
  about: string;
}
/** A result that is shown as a picture. `why` is null, or says why there is nothing to show. */
interface Pictured extends Described {
  why: string | null;
}

/** A result with numbers, which can also be drawn as a curve over the steps. */
interface Figured extends Described {
  format: FigureFormat;
  /** Whether it is also shown in the table of runs, which has room for only a few. */
  headline?: true;
}

export interface ScalarResult extends Figured {
  kind: 'scalar';
  figure: Figure;
}
export interface PerTaskResult extends Figured {
  kind: 'perTask';
  /** The numbers by task id. */
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
  /** What the rows and the columns stand for. */
  row: string;
  column: string;
  matrices: {
    label: string;
    rows: string[];
    columns: string[];
    /** The cells that are not 0. With a hundred classes nearly all cells are 0. */
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

/** The two sides of the split on which no run trains. */
export type HeldOutSide = 'validation' | 'test';

/** The scores on one held-out side after `step` steps. */
export interface Evaluation {
  step: number;
  side: HeldOutSide;
  /** The number of held-out images that were scored. */
  samples: number;
  /** The number of held-out images that were left out because they are damaged. It is missing if there is none. */
  damaged?: number;
  /** The results by metric id. */
  results: Record<string, Result>;
}

/** Whether a result has numbers that make a curve over the steps. Any other result is a picture of one step. */
const isFigure = ({ kind }: Result) => kind === 'scalar' || kind === 'perTask';

/**
 * Adds an evaluation to those of a run. The earlier evaluations keep their numbers but lose their pictures, because a matrix
 * for each of hundreds of evaluations would take more memory than the network.
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

/**
 * The evaluations on only one side, so that a curve does not jump between the sides. It is the validation side if there is
 * one, otherwise the test side.
 */
export function whileTraining(evaluations: readonly Evaluation[]): readonly Evaluation[] {
  const validation = evaluations.filter(({ side }) => side === 'validation');
  return validation.length > 0 ? validation : evaluations;
}
