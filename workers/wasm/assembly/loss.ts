/** @file Cross-entropy, rows of unit length and center loss. A label of −1 is masked: it counts nowhere. */
import { dot, exp, log } from './maths';

/**
 * Row by row, of the rows `from` up to `to`: −log softmax of the label, then whether the label has the largest logit
 * `[2, rows]`; and softmax − one-hot `[rows, classes]`, 0 where masked.
 */
export function crossEntropyRows(
  logits: usize,
  labels: usize,
  rows: i32,
  classes: i32,
  values: usize,
  excess: usize,
  from: i32,
  to: i32,
): void {
  for (let row = from; row < to; row++) {
    const own = logits + ((<usize>(row * classes)) << 2),
      out = excess + ((<usize>(row * classes)) << 2);
    const label = load<i32>(labels + ((<usize>row) << 2));
    let largest = load<f32>(own),
      best = 0;
    for (let c = 1; c < classes; c++) {
      const logit = load<f32>(own + ((<usize>c) << 2));
      if (logit > largest) {
        largest = logit;
        best = c;
      }
    }
    let sum: f64 = 0;
    for (let c = 0; c < classes; c++) {
      const e = exp(<f64>load<f32>(own + ((<usize>c) << 2)) - <f64>largest);
      store<f32>(out + ((<usize>c) << 2), <f32>e);
      sum += e;
    }
    for (let c = 0; c < classes; c++) {
      const o: usize = (<usize>c) << 2,
        p = <f32>(<f64>load<f32>(out + o) / sum);
      store<f32>(out + o, label < 0 ? 0 : c == label ? p - 1 : p);
    }
    const known = label >= 0 && label < classes;
    store<f32>(
      values + ((<usize>row) << 2),
      known ? <f32>(log(sum) - (<f64>load<f32>(own + ((<usize>label) << 2)) - <f64>largest)) : 0,
    );
    store<f32>(values + ((<usize>(rows + row)) << 2), best == label ? 1 : 0);
  }
}

/**
 * The mean of `values` over the labelled rows, and 1 / their number (1 where there is none). Where `base` is not 0, the
 * result is base + scale · mean.
 */
export function maskedMean(
  values: usize,
  labels: usize,
  rows: i32,
  base: usize,
  scale: usize,
  mean: usize,
  inverse: usize,
): void {
  let sum: f64 = 0,
    count = 0;
  for (let row = 0; row < rows; row++)
    if (load<i32>(labels + ((<usize>row) << 2)) >= 0) {
      sum += load<f32>(values + ((<usize>row) << 2));
      count++;
    }
  const value = <f32>(sum / <f64>max(count, 1));
  store<f32>(mean, base ? load<f32>(base) + load<f32>(scale) * value : value);
  store<f32>(inverse, <f32>1 / <f32>max(count, 1));
}

/** y = x / √(‖x‖² + ε) and the factor of each row. */
export function normaliseRows(
  x: usize,
  features: i32,
  epsilon: f32,
  y: usize,
  inverse: usize,
  from: i32,
  to: i32,
): void {
  for (let row = from; row < to; row++) {
    const at: usize = (<usize>(row * features)) << 2,
      factor: f32 = 1 / sqrt<f32>(dot(x + at, x + at, features) + epsilon);
    for (let i = at, end = at + ((<usize>features) << 2); i < end; i += 4)
      store<f32>(y + i, load<f32>(x + i) * factor);
    store<f32>(inverse + ((<usize>row) << 2), factor);
  }
}

/** dx = (dy − y·⟨dy, y⟩) · inverse. */
export function normaliseRowsGradient(
  dy: usize,
  y: usize,
  inverse: usize,
  features: i32,
  dx: usize,
  from: i32,
  to: i32,
): void {
  for (let row = from; row < to; row++) {
    const at: usize = (<usize>(row * features)) << 2,
      along = dot(dy + at, y + at, features);
    const factor = load<f32>(inverse + ((<usize>row) << 2));
    for (let i = at, end = at + ((<usize>features) << 2); i < end; i += 4)
      store<f32>(dx + i, (load<f32>(dy + i) - load<f32>(y + i) * along) * factor);
  }
}

/** Slopes x − c (or that over ‖x − c‖) and distances ½‖x − c‖² (or ‖x − c‖, where `printed`); 0 where masked. */
export function centerDistances(
  x: usize,
  labels: usize,
  centers: usize,
  features: i32,
  printed: bool,
  slopes: usize,
  distances: usize,
  from: i32,
  to: i32,
): void {
  const length: usize = (<usize>features) << 2;
  for (let row = from; row < to; row++) {
    const label = load<i32>(labels + ((<usize>row) << 2)),
      at: usize = <usize>row * length;
    if (label < 0) {
      memory.fill(slopes + at, 0, length);
      store<f32>(distances + ((<usize>row) << 2), 0);
      continue;
    }
    const center = centers + <usize>label * length;
    for (let i: usize = 0; i < length; i += 4)
      store<f32>(slopes + at + i, load<f32>(x + at + i) - load<f32>(center + i));
    const square = dot(slopes + at, slopes + at, features);
    store<f32>(distances + ((<usize>row) << 2), printed ? sqrt<f32>(square) : square * 0.5);
    if (!printed) continue;
    const divisor = max<f32>(sqrt<f32>(square), 1e-20);
    for (let i: usize = 0; i < length; i += 4)
      store<f32>(slopes + at + i, load<f32>(slopes + at + i) / divisor);
  }
}

/** c ← c + keep · mean of (x − c) over the class's samples, keep = 1 − a. The first sample of a class moves its center. */
export function moveCenters(
  centers: usize,
  x: usize,
  labels: usize,
  batch: i32,
  features: i32,
  keep: f32,
  from: i32,
  to: i32,
): void {
  for (let first = from; first < to; first++) {
    const label = load<i32>(labels + ((<usize>first) << 2));
    if (label < 0) continue;
    let seen = false,
      count: f32 = 0;
    for (let i = 0; i < batch; i++)
      if (load<i32>(labels + ((<usize>i) << 2)) == label) {
        if (i < first) seen = true;
        count++;
      }
    if (seen) continue;
    for (let k = 0; k < features; k++) {
      const at = centers + ((<usize>(label * features + k)) << 2),
        center = load<f32>(at);
      let sum: f32 = 0;
      for (let i = first; i < batch; i++)
        if (load<i32>(labels + ((<usize>i) << 2)) == label)
          sum += load<f32>(x + ((<usize>(i * features + k)) << 2)) - center;
      store<f32>(at, center + keep * (sum / count));
    }
  }
}
