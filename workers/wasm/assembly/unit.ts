/**
 * @file The dynamic-weight unit. A record of a sample has its logits f `[rows]`, their softmax `[rows]`, the factor of Z
 * and the squared length that was divided by (see the GPU kernels of the same names).
 */
import { dot, exp } from './maths';

const tinySquare: f32 = 1e-12;

@inline function f(base: usize, i: i32): f32 {
  return load<f32>(base + (<usize>i << 2));
}
@inline function put(base: usize, i: i32, value: f32): void {
  store<f32>(base + (<usize>i << 2), value);
}

export function unitForward(
  z: usize, psi: usize, b: usize, present: usize, zSize: i32, rows: i32, firstTask: i32,
  normaliseZ: bool, normaliseLogits: bool, logitScale: f32, records: usize, from: i32, to: i32,
): void {
  for (let sample = from; sample < to; sample++) {
    const own = z + (<usize>(sample * zSize) << 2), record = records + (<usize>(sample * (2 * rows + 2)) << 2);
    const square: f32 = normaliseZ ? dot(own, own, zSize) : 1;
    const inverse: f32 = normaliseZ ? 1 / sqrt<f32>(square + tinySquare) : 1;
    let logitsSquare: f32 = 0;
    for (let r = 0; r < rows; r++) {
      const shown = f(present, firstTask + r) > 0.5;
      const logit: f32 = shown ? dot(own, psi + (<usize>(r * zSize) << 2), zSize) * inverse + f(b, r) : 0;
      put(record, r, logit);
      logitsSquare += logit * logit;
    }
    const factor: f32 = normaliseLogits ? logitScale / sqrt<f32>(logitsSquare + tinySquare) : 1;
    let largest: f32 = -3e38;
    for (let r = 0; r < rows; r++)
      if (f(present, firstTask + r) > 0.5) largest = max<f32>(largest, f(record, r) * factor);
    let total: f64 = 0;
    for (let r = 0; r < rows; r++) {
      const e = f(present, firstTask + r) > 0.5 ? exp(<f64>(f(record, r) * factor) - <f64>largest) : 0;
      put(record, rows + r, <f32>e);
      total += e;
    }
    for (let r = 0; r < rows; r++) put(record, rows + r, <f32>(<f64>f(record, rows + r) / max(total, 1e-30)));
    put(record, 2 * rows, inverse);
    put(record, 2 * rows + 1, normaliseLogits ? logitsSquare : square);
  }
}

/** The weights `[firstTask + rows]`, means over the batch, and the shortest squared length. */
export function unitWeights(records: usize, batch: i32, rows: i32, firstTask: i32, weights: usize, shortest: usize): void {
  const stride = 2 * rows + 2;
  let least = f(records, stride - 1);
  for (let sample = 1; sample < batch; sample++) least = min<f32>(least, f(records, sample * stride + stride - 1));
  store<f32>(shortest, least);
  for (let t = 0; t < firstTask; t++) put(weights, t, 0);
  for (let r = 0; r < rows; r++) {
    let sum: f64 = 0;
    for (let sample = 0; sample < batch; sample++) sum += f(records, sample * stride + rows + r);
    put(weights, firstTask + r, <f32>(sum / batch));
  }
}

/**
 * ∂/∂f `[batch, rows]`. `from` = 0: of another loss, whose gradient by the weights `given` is. Else of L3, with `given`
 * the tasks' presence, σ and a table of the losses' addresses; 2 = as eq. 8–9 are printed.
 */
export function unitSlopes(
  records: usize, given: usize, sigma: usize, losses: usize, kind: i32, batch: i32, rows: i32, firstTask: i32,
  normaliseLogits: bool, logitScale: f32, slopes: usize,
): void {
  for (let sample = 0; sample < batch; sample++) {
    const record = records + (<usize>(sample * (2 * rows + 2)) << 2), own = slopes + (<usize>(sample * rows) << 2);
    let together: f32 = 0;
    for (let r = 0; r < rows; r++) {
      let slope = f(given, firstTask + r);
      // An absent task's loss is 0. It counts as 1, because with σ = 0 its term would be infinite, and 0 · ∞ is NaN.
      if (kind > 0) slope = slope / (load<f32>(load<usize>(losses + (<usize>r << 2))) + (1 - slope) + load<f32>(sigma));
      const term = f(record, rows + r) * slope / <f32>batch;
      put(own, r, term);
      together += term;
    }
    for (let r = 0; r < rows; r++) {
      const term = f(own, r);
      put(own, r, term - f(record, rows + r) * (kind == 2 ? term : together));
    }
    if (!normaliseLogits) continue;
    let square = tinySquare, along: f32 = 0;
    for (let r = 0; r < rows; r++) {
      square += f(record, r) * f(record, r);
      along += f(record, r) * f(own, r);
    }
    const inverse: f32 = 1 / sqrt<f32>(square);
    along *= inverse * inverse;
    for (let r = 0; r < rows; r++) put(own, r, (f(own, r) - f(record, r) * along) * (inverse * logitScale));
  }
}

/** dψ `[rows, zSize]` of the columns `from` up to `to`, and db `[rows]`, which the thread of column 0 computes. */
export function unitGradient(
  slopes: usize, records: usize, z: usize, batch: i32, zSize: i32, rows: i32, dpsi: usize, db: usize, from: i32, to: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const own = dpsi + (<usize>(r * zSize) << 2), end: usize = <usize>to << 2;
    memory.fill(own + (<usize>from << 2), 0, <usize>(to - from) << 2);
    let sum: f32 = 0;
    for (let sample = 0; sample < batch; sample++) {
      const slope = f(slopes, sample * rows + r), factor = slope * f(records, sample * (2 * rows + 2) + 2 * rows);
      const x = z + (<usize>(sample * zSize) << 2), k = f32x4.splat(factor);
      sum += slope;
      let i: usize = <usize>from << 2;
      for (; i + 16 <= end; i += 16) v128.store(own + i, f32x4.add(v128.load(own + i), f32x4.mul(k, v128.load(x + i))));
      for (; i < end; i += 4) store<f32>(own + i, load<f32>(own + i) + factor * load<f32>(x + i));
    }
    if (from == 0) put(db, r, sum);
  }
}

/** dZ of the samples `from` up to `to`. */
export function unitInputGradient(
  slopes: usize, psi: usize, records: usize, b: usize, z: usize, zSize: i32, rows: i32, normaliseZ: bool,
  dz: usize, from: i32, to: i32,
): void {
  for (let sample = from; sample < to; sample++) {
    const record = records + (<usize>(sample * (2 * rows + 2)) << 2), at: usize = <usize>(sample * zSize) << 2;
    let along: f32 = 0;
    for (let r = 0; r < rows; r++) along += f(slopes, sample * rows + r) * (f(record, r) - f(b, r));
    const inverse = f(record, 2 * rows);
    for (let k = 0; k < zSize; k++) {
      let dx: f32 = 0;
      for (let r = 0; r < rows; r++) dx += f(slopes, sample * rows + r) * f(psi, r * zSize + k);
      const o = at + (<usize>k << 2);
      store<f32>(dz + o, normaliseZ ? (dx - load<f32>(z + o) * inverse * along) * inverse : dx);
    }
  }
}

/**
 * v ← (v − step · (g + λ·v)) · factor on (ψ, b), in place; b does not decay, and neither does the row of an absent task.
 * The step is clipped by g's norm, and `rescale` brings (ψ, b) back to length 1.
 */
export function unitMove(
  psi: usize, b: usize, dpsi: usize, db: usize, longest: usize, present: usize, zSize: i32, rows: i32, firstTask: i32,
  weightDecay: f32, clipNorm: f32, rescale: bool,
): void {
  let squared: f64 = 0, along: f64 = 0, own: f64 = 0;
  for (let r = 0; r < rows; r++) {
    const decay = weightDecay * f(present, firstTask + r), row: usize = <usize>(r * zSize) << 2;
    const gg = dot(dpsi + row, dpsi + row, zSize), vg = dot(psi + row, dpsi + row, zSize);
    const vv = dot(psi + row, psi + row, zSize);
    squared += <f64>gg + 2 * <f64>decay * vg + <f64>decay * decay * vv + <f64>f(db, r) * f(db, r);
    along += <f64>vg + <f64>decay * vv + <f64>f(db, r) * f(b, r);
    own += <f64>vv + <f64>f(b, r) * f(b, r);
  }
  const step: f64 = <f64>load<f32>(longest) / (clipNorm > 0 ? max(sqrt<f64>(squared), <f64>clipNorm) : 1);
  const after = own - 2 * step * along + step * step * squared;
  const factor = <f32>(rescale ? 1 / sqrt<f64>(max<f64>(after, 0) + tinySquare) : 1), rate = <f32>step;
  for (let r = 0; r < rows; r++) {
    const decay = weightDecay * f(present, firstTask + r), keep: f32 = (1 - rate * decay) * factor, change = rate * factor;
    for (let i = r * zSize; i < (r + 1) * zSize; i++) put(psi, i, f(psi, i) * keep - f(dpsi, i) * change);
    put(b, r, (f(b, r) - rate * f(db, r)) * factor);
  }
}

/** Σ w·L of scalars that each have an address of their own. */
export function weightedSum(losses: usize, weights: usize, tasks: i32, total: usize): void {
  let sum: f32 = 0;
  for (let t = 0; t < tasks; t++) sum += f(weights, t) * load<f32>(load<usize>(losses + (<usize>t << 2)));
  store<f32>(total, sum);
}

/** out_t = weights_t · dy. */
export function weightedSumGradient(weights: usize, dy: usize, tasks: i32, gradients: usize): void {
  for (let t = 0; t < tasks; t++) store<f32>(load<usize>(gradients + (<usize>t << 2)), f(weights, t) * load<f32>(dy));
}

/** dweights_t = L_t · dy. */
export function weightedSumWeightGradient(losses: usize, dy: usize, tasks: i32, dweights: usize): void {
  for (let t = 0; t < tasks; t++) put(dweights, t, load<f32>(load<usize>(losses + (<usize>t << 2))) * load<f32>(dy));
}
