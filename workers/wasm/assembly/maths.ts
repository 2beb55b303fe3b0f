/** @file Functions that every engine must compute to the same bit, so they are written out. */

const ln2: f64 = 0.6931471805599453;

/** e^x in double precision: halving by powers of two, then Taylor's series up to the 13th power (error below 1e-16). */
export function exp(x: f64): f64 {
  if (x < -745) return 0;
  if (x > 709.78) return Infinity;
  if (x != x) return x;
  const k = nearest(x / ln2),
    r = x - k * ln2;
  let sum: f64 = 1,
    term: f64 = 1;
  for (let i: f64 = 1; i < 14; i++) {
    term *= r / i;
    sum += term;
  }
  // In two steps, because 2^k of a tiny result is no normal number.
  const half = <i64>k >> 1,
    rest = <i64>k - half;
  return sum * reinterpret<f64>((half + 1023) << 52) * reinterpret<f64>((rest + 1023) << 52);
}

/** The natural logarithm of a normal, positive number: ln(m) = 2·artanh((m − 1)/(m + 1)) with m in [√½, √2]. */
export function log(x: f64): f64 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN;
  let bits = reinterpret<i64>(x),
    exponent = (bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent++;
  }
  const t = (m - 1) / (m + 1),
    square = t * t;
  let sum: f64 = 0,
    power = t;
  for (let i: f64 = 1; i < 26; i += 2) {
    sum += power / i;
    power *= square;
  }
  return 2 * sum + <f64>exponent * ln2;
}

/** Σ a·b of `length` numbers: four lanes, added in order. */
export function dot(a: usize, b: usize, length: i32): f32 {
  let s = f32x4.splat(0),
    t = f32x4.splat(0),
    rest: f32 = 0,
    i: usize = 0;
  const end: usize = length << 2;
  for (; i + 32 <= end; i += 32) {
    s = f32x4.add(s, f32x4.mul(v128.load(a + i), v128.load(b + i)));
    t = f32x4.add(t, f32x4.mul(v128.load(a + i, 16), v128.load(b + i, 16)));
  }
  for (; i < end; i += 4) rest += load<f32>(a + i) * load<f32>(b + i);
  s = f32x4.add(s, t);
  return (
    f32x4.extract_lane(s, 0) +
    f32x4.extract_lane(s, 1) +
    (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3)) +
    rest
  );
}
