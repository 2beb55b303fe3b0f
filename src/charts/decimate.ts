/**
 * @file Which rows of a long series to draw. A pyramid keeps the row of the smallest and of the largest value of
 * every full block of 16, 32, 64, … rows. Appending costs a constant amount a row, and any visible range is answered
 * from the finest level that fits the budget, so the cost of a picture does not grow with the length of the run.
 */

const baseLog2 = 4;
const none = -1;

/**
 * The rows with the smallest and the largest value of each full block of one size. They are −1 where a block has only
 * NaN.
 */
interface Level {
  low: number[];
  high: number[];
}

/** The largest number of points of a line. It is about one for each CSS pixel of a chart. */
const pointBudget = 600;

export class MinMaxPyramid {
  private readonly read: (row: number) => number;
  private readonly levels: Level[] = [];
  private count = 0;

  /** @param read gives the value of a row. It must always return the same value for the same row. */
  constructor(read: (row: number) => number) {
    this.read = read;
  }

  get length(): number {
    return this.count;
  }

  /** Adds the rows up to `length` (exclusive). */
  extend(length: number): void {
    if (length <= this.count) return;
    const size = 1 << baseLog2;
    for (let block = this.count >> baseLog2; (block + 1) * size <= length; block++) {
      const [low, high] = this.scan(block * size, (block + 1) * size);
      this.push(0, low, high);
    }
    this.count = length;
  }

  private push(depth: number, low: number, high: number): void {
    this.levels[depth] ??= { low: [], high: [] };
    const level = this.levels[depth];
    level.low.push(low);
    level.high.push(high);
    const blocks = level.low.length;
    if (blocks % 2 === 1) return;
    this.push(
      depth + 1,
      this.smaller(level.low[blocks - 2] ?? none, low),
      this.larger(level.high[blocks - 2] ?? none, high),
    );
  }

  private smaller(a: number, b: number): number {
    if (a === none || b === none) return a === none ? b : a;
    return this.read(b) < this.read(a) ? b : a;
  }

  private larger(a: number, b: number): number {
    if (a === none || b === none) return a === none ? b : a;
    return this.read(b) > this.read(a) ? b : a;
  }

  /**
   * The rows of `[from, to)` to draw, in ascending order. If there are at most `budget` rows, these are all of them. Otherwise
   * they are the first, the last and both extremes of every block, at most `budget` in all. `budget` is at least 8.
   */
  pick(from: number, to: number, budget: number = pointBudget): number[] {
    const start = Math.max(0, from);
    const end = Math.min(to, this.count);
    const rows = end - start;
    if (rows <= 0) return [];
    if (rows <= budget) return Array.from({ length: rows }, (_, i) => start + i);

    // A range that is not aligned adds one partial block at each end: two points each, plus first and last.
    let log2 = 1;
    while ((rows >> log2) * 2 + 6 > budget) log2++;
    const size = 1 << log2;
    const level = this.levels[log2 - baseLog2];
    const picked: number[] = [start];
    for (let block = start >> log2; block << log2 < end; block++) {
      const left = Math.max(block << log2, start);
      const right = Math.min((block << log2) + size, end);
      const low = right - left === size ? level?.low[block] : undefined;
      const high = level?.high[block];
      const [a, b] =
        low === undefined || high === undefined ? this.scan(left, right) : ([low, high] as const);
      for (const row of a < b ? [a, b] : [b, a])
        if (row > (picked.at(-1) ?? none) && row < end - 1) picked.push(row);
    }
    picked.push(end - 1);
    return picked;
  }

  /** The rows with the smallest and the largest value in `[from, to)`. If several are equal, it is the first of them. */
  private scan(from: number, to: number): readonly [low: number, high: number] {
    let low = none;
    let high = none;
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let row = from; row < to; row++) {
      const value = this.read(row);
      if (value < least || (low === none && value === least)) {
        least = value;
        low = row;
      }
      if (value > most || (high === none && value === most)) {
        most = value;
        high = row;
      }
    }
    return [low, high];
  }
}
