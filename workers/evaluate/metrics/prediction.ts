/** @file The class a row of logits speaks for. */

/** Index of the largest of `classes` logits from `row · classes` on; the first of equals; −1 when one is NaN. */
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
