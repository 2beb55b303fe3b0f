/**
 * @file One optimizer step on one parameter, in place. The rules are those of the GPU kernels `gradientSquares`,
 * `clipScale` and `updateParameters`.
 */

const chunk: i32 = 1024;

/** ‖g + λ·v‖² of each chunk of 1024 numbers. */
export function gradientSquares(g: usize, v: usize, decay: f32, size: i32, parts: usize, from: i32, to: i32): void {
  const lambda = f32x4.splat(decay);
  for (let c = from; c < to; c++) {
    let i: usize = (c * chunk) << 2;
    const end: usize = min(size, (c + 1) * chunk) << 2;
    let s = f32x4.splat(0), rest: f32 = 0;
    if (decay != 0)
      for (; i + 16 <= end; i += 16) {
        const x = f32x4.add(v128.load(g + i), f32x4.mul(lambda, v128.load(v + i)));
        s = f32x4.add(s, f32x4.mul(x, x));
      }
    else
      for (; i + 16 <= end; i += 16) {
        const x = v128.load(g + i);
        s = f32x4.add(s, f32x4.mul(x, x));
      }
    for (; i < end; i += 4) {
      const x = load<f32>(g + i) + decay * load<f32>(v + i);
      rest += x * x;
    }
    store<f32>(
      parts + (<usize>c << 2),
      f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3)) + rest,
    );
  }
}

/**
 * The norm √Σ parts, and the factor by which clipping multiplies the gradient. `hyper` is `[rate, μ, ρ, ε, clip]`.
 * Where there are corrections, they move: c ← μ·c + (1 − μ) and the same with ρ.
 */
export function clipScale(parts: usize, count: i32, hyper: usize, corrections: usize, norm: usize, scale: usize): void {
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) sum += load<f32>(parts + (<usize>i << 2));
  const length = <f32>sqrt<f64>(sum), clip = load<f32>(hyper, 16);
  store<f32>(norm, length);
  // A NaN must reach the parameters, where it is seen.
  store<f32>(scale, clip <= 0 || length <= clip ? 1 : clip / length);
  if (!corrections) return;
  for (let i: usize = 0; i < 8; i += 4) {
    const weight = load<f32>(hyper + i, 4), c = weight * load<f32>(corrections + i) + (1 - weight);
    store<f32>(corrections + i, c);
    store<f32>(scale + i, c, 4);
  }
}

@inline function clipped(g: v128, v: v128, decay: v128, scale: v128): v128 {
  return f32x4.mul(scale, f32x4.add(g, f32x4.mul(decay, v)));
}

/** Reads `n` of four numbers. The rest is 1, of which every rule makes finite numbers. */
@inline function read(at: usize, n: i32): v128 {
  if (n >= 4) return v128.load(at);
  let v = f32x4.splat(1);
  v = v128.load32_lane(at, v, 0);
  if (n > 1) v = v128.load32_lane(at, v, 1, 4);
  if (n > 2) v = v128.load32_lane(at, v, 2, 8);
  return v;
}

@inline function write(at: usize, v: v128, n: i32): void {
  if (n >= 4) {
    v128.store(at, v);
    return;
  }
  v128.store32_lane(at, v, 0);
  if (n > 1) v128.store32_lane(at, v, 1, 4);
  if (n > 2) v128.store32_lane(at, v, 2, 8);
}

/** The vectors of four numbers `from` up to `to`; the last one may be short. */
export function stepSgd(
  v: usize, g: usize, m: usize, size: i32, decay: f32, hyper: usize, scale: usize, from: i32, to: i32,
): void {
  const rate = f32x4.splat(load<f32>(hyper)), mu = f32x4.splat(load<f32>(hyper, 4));
  const lambda = f32x4.splat(decay), factor = f32x4.splat(load<f32>(scale));
  for (let q = from; q < to; q++) {
    const i: usize = <usize>q << 4, n = size - (q << 2), old = read(v + i, n);
    const next = f32x4.add(f32x4.mul(mu, read(m + i, n)), clipped(read(g + i, n), old, lambda, factor));
    write(m + i, next, n);
    write(v + i, f32x4.sub(old, f32x4.mul(rate, next)), n);
  }
}

export function stepRmsprop(
  v: usize, g: usize, m: usize, s: usize, size: i32, decay: f32, hyper: usize, scale: usize, from: i32, to: i32,
): void {
  const rate = f32x4.splat(load<f32>(hyper)), mu = f32x4.splat(load<f32>(hyper, 4));
  const rho = f32x4.splat(load<f32>(hyper, 8)), rest = f32x4.splat(1 - load<f32>(hyper, 8));
  const epsilon = f32x4.splat(load<f32>(hyper, 12));
  const lambda = f32x4.splat(decay), factor = f32x4.splat(load<f32>(scale));
  for (let q = from; q < to; q++) {
    const i: usize = <usize>q << 4, n = size - (q << 2), old = read(v + i, n);
    const gradient = clipped(read(g + i, n), old, lambda, factor);
    const square = f32x4.add(f32x4.mul(rho, read(s + i, n)), f32x4.mul(f32x4.mul(rest, gradient), gradient));
    const change = f32x4.div(f32x4.mul(rate, gradient), f32x4.sqrt(f32x4.add(square, epsilon)));
    const next = f32x4.add(f32x4.mul(mu, read(m + i, n)), change);
    write(s + i, square, n);
    write(m + i, next, n);
    write(v + i, f32x4.sub(old, next), n);
  }
}

export function stepAdam(
  v: usize, g: usize, m: usize, s: usize, size: i32, decay: f32, hyper: usize, scale: usize, from: i32, to: i32,
): void {
  const rate = f32x4.splat(load<f32>(hyper)), epsilon = f32x4.splat(load<f32>(hyper, 12));
  const mu = f32x4.splat(load<f32>(hyper, 4)), restMu = f32x4.splat(1 - load<f32>(hyper, 4));
  const rho = f32x4.splat(load<f32>(hyper, 8)), restRho = f32x4.splat(1 - load<f32>(hyper, 8));
  const c1 = f32x4.splat(load<f32>(scale, 4)), c2 = f32x4.splat(load<f32>(scale, 8));
  const lambda = f32x4.splat(decay), factor = f32x4.splat(load<f32>(scale));
  for (let q = from; q < to; q++) {
    const i: usize = <usize>q << 4, n = size - (q << 2), old = read(v + i, n);
    const gradient = clipped(read(g + i, n), old, lambda, factor);
    const mean = f32x4.add(f32x4.mul(mu, read(m + i, n)), f32x4.mul(restMu, gradient));
    const square = f32x4.add(f32x4.mul(rho, read(s + i, n)), f32x4.mul(f32x4.mul(restRho, gradient), gradient));
    write(m + i, mean, n);
    write(s + i, square, n);
    const length = f32x4.add(f32x4.sqrt(f32x4.div(square, c2)), epsilon);
    write(v + i, f32x4.sub(old, f32x4.div(f32x4.mul(rate, f32x4.div(mean, c1)), length)), n);
  }
}
