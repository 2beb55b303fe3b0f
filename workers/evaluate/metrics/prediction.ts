/** @file Finds the class that a row of logits predicts. */

/**
 * The index of the largest logit in a row. If several are equal, it is the first. If one is NaN, it is −1.
 * @param logits `[rows, classes]`, row by row.
 */
export function predictedClass(logits: Float32Array, row: number, classes: number): number {
  let best = -1;
  let top = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < classes; c++) {
    const value = logits[row * classes + c] ?? Number.NaN;
    if (Number.isNaN(value)) return -1;
    if (best < 0 || value > top) {
      best = c;
      top = value;
    }
  }
  return best;
}
