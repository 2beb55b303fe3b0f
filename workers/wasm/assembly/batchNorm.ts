/**
 * @file Batch norm with ReLU over the rows of a map `[rows, channels]`, channels a multiple of 4. Rows are summed in
 * chunks of a fixed length, and the chunks are merged in order. So the threads change no bit of a result.
 */

export const chunkRows: i32 = 64;

@inline function rowsOf(chunk: i32, rows: i32): i32 {
  return min(chunkRows, rows - chunk * chunkRows);
}

/** The mean and the centered sum of squares of each chunk: `[chunks, 2, channels]`. */
export function batchNormChunks(y: usize, channels: i32, rows: i32, parts: usize, from: i32, to: i32): void {
  const row: usize = channels << 2;
  for (let chunk = from; chunk < to; chunk++) {
    const n = rowsOf(chunk, rows), base = y + <usize>(chunk * chunkRows) * row, out = parts + <usize>chunk * row * 2;
    const inverse = f32x4.splat(<f32>1 / <f32>n);
    for (let c: usize = 0; c < row; c += 16) {
      let s = f32x4.splat(0), t = f32x4.splat(0), p = base + c, i = 0;
      for (; i + 2 <= n; i += 2) {
        s = f32x4.add(s, v128.load(p));
        t = f32x4.add(t, v128.load(p + row));
        p += row * 2;
      }
      if (i < n) s = f32x4.add(s, v128.load(p));
      const mean = f32x4.mul(f32x4.add(s, t), inverse);
      s = f32x4.splat(0);
      t = f32x4.splat(0);
      p = base + c;
      for (i = 0; i + 2 <= n; i += 2) {
        const d = f32x4.sub(v128.load(p), mean), e = f32x4.sub(v128.load(p + row), mean);
        s = f32x4.add(s, f32x4.mul(d, d));
        t = f32x4.add(t, f32x4.mul(e, e));
        p += row * 2;
      }
      if (i < n) {
        const d = f32x4.sub(v128.load(p), mean);
        s = f32x4.add(s, f32x4.mul(d, d));
      }
      v128.store(out + c, mean);
      v128.store(out + row + c, f32x4.add(s, t));
    }
  }
}

/**
 * Mean and biased variance of the channels `from` up to `to`, merged from the chunks. Moves the moving statistics by
 * `decay`, unless their addresses are 0.
 */
export function batchNormMoments(
  parts: usize, channels: i32, rows: i32, mean: usize, variance: usize,
  movingMean: usize, movingVariance: usize, decay: f32, from: i32, to: i32,
): void {
  const chunks = (rows + chunkRows - 1) / chunkRows;
  for (let c = from; c < to; c++) {
    let m: f64 = 0, squares: f64 = 0, count: f64 = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const n: f64 = rowsOf(chunk, rows), at = parts + (<usize>(chunk * 2 * channels + c) << 2);
      const away = <f64>load<f32>(at) - m, total = count + n;
      m += away * n / total;
      squares += <f64>load<f32>(at + (<usize>channels << 2)) + away * away * count * n / total;
      count = total;
    }
    const v = squares / count, o: usize = c << 2;
    store<f32>(mean + o, <f32>m);
    store<f32>(variance + o, <f32>v);
    if (movingMean) {
      store<f32>(movingMean + o, decay * load<f32>(movingMean + o) + (1 - decay) * <f32>m);
      store<f32>(movingVariance + o, decay * load<f32>(movingVariance + o) + (1 - decay) * <f32>v);
    }
  }
}

@inline function inverseDeviation(variance: usize, epsilon: f32): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(v128.load(variance), f32x4.splat(epsilon))));
}

/** z = ReLU((y − mean)/s + β), s = √(variance + ε), over chunks of rows. z may be y. */
export function batchNormApply(
  y: usize, mean: usize, variance: usize, beta: usize, epsilon: f32, z: usize, channels: i32, rows: i32, from: i32, to: i32,
): void {
  const row: usize = channels << 2, zero = f32x4.splat(0);
  for (let chunk = from; chunk < to; chunk++) {
    const n = rowsOf(chunk, rows), first = <usize>(chunk * chunkRows) * row;
    for (let c: usize = 0; c < row; c += 16) {
      const inverse = inverseDeviation(variance + c, epsilon);
      const shift = f32x4.sub(v128.load(beta + c), f32x4.mul(v128.load(mean + c), inverse));
      let p = y + first + c, o = z + first + c;
      for (let i = 0; i < n; i++) {
        v128.store(o, f32x4.pmax(f32x4.add(f32x4.mul(v128.load(p), inverse), shift), zero));
        p += row;
        o += row;
      }
    }
  }
}

/** Σ g and Σ g·(y − mean) of each chunk, with g = dz where z > 0 and 0 elsewhere: `[chunks, 2, channels]`. */
export function batchNormGradientChunks(
  dz: usize, y: usize, mean: usize, variance: usize, beta: usize, epsilon: f32,
  channels: i32, rows: i32, parts: usize, from: i32, to: i32,
): void {
  const row: usize = channels << 2, zero = f32x4.splat(0);
  for (let chunk = from; chunk < to; chunk++) {
    const n = rowsOf(chunk, rows), first = <usize>(chunk * chunkRows) * row, out = parts + <usize>chunk * row * 2;
    for (let c: usize = 0; c < row; c += 16) {
      const center = v128.load(mean + c), inverse = inverseDeviation(variance + c, epsilon);
      const shift = f32x4.sub(v128.load(beta + c), f32x4.mul(center, inverse));
      let s = zero, t = zero, p = dz + first + c, r = y + first + c;
      for (let i = 0; i < n; i++) {
        const v = v128.load(r);
        const g = v128.and(v128.load(p), f32x4.gt(f32x4.add(f32x4.mul(v, inverse), shift), zero));
        s = f32x4.add(s, g);
        t = f32x4.add(t, f32x4.mul(g, f32x4.sub(v, center)));
        p += row;
        r += row;
      }
      v128.store(out + c, s);
      v128.store(out + row + c, t);
    }
  }
}

/** Merges the chunks: dβ `[channels]`, and mean(g), mean(g·x̂)/s `[2, channels]`. */
export function batchNormGradientSums(
  parts: usize, channels: i32, rows: i32, variance: usize, epsilon: f32, betaGradient: usize, means: usize, from: i32, to: i32,
): void {
  const chunks = (rows + chunkRows - 1) / chunkRows, half: usize = channels << 2;
  for (let c = from; c < to; c++) {
    let s: f64 = 0, t: f64 = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const at = parts + (<usize>(chunk * 2 * channels + c) << 2);
      s += load<f32>(at);
      t += load<f32>(at + half);
    }
    const o: usize = c << 2;
    store<f32>(betaGradient + o, <f32>s);
    store<f32>(means + o, <f32>(s / rows));
    store<f32>(means + half + o, <f32>(t / rows / (<f64>load<f32>(variance + o) + epsilon)));
  }
}

/** dy = (g − mean(g) − x̂·mean(g·x̂))/s, over chunks of rows. */
export function batchNormInputGradient(
  dz: usize, y: usize, mean: usize, variance: usize, beta: usize, epsilon: f32, means: usize,
  dy: usize, channels: i32, rows: i32, from: i32, to: i32,
): void {
  const row: usize = channels << 2, zero = f32x4.splat(0);
  for (let chunk = from; chunk < to; chunk++) {
    const n = rowsOf(chunk, rows), first = <usize>(chunk * chunkRows) * row;
    for (let c: usize = 0; c < row; c += 16) {
      const center = v128.load(mean + c), inverse = inverseDeviation(variance + c, epsilon);
      const shift = f32x4.sub(v128.load(beta + c), f32x4.mul(center, inverse));
      const meanG = v128.load(means + c), slope = v128.load(means + row + c);
      let p = dz + first + c, r = y + first + c, o = dy + first + c;
      for (let i = 0; i < n; i++) {
        const v = v128.load(r);
        const g = v128.and(v128.load(p), f32x4.gt(f32x4.add(f32x4.mul(v, inverse), shift), zero));
        const rest = f32x4.add(meanG, f32x4.mul(f32x4.sub(v, center), slope));
        v128.store(o, f32x4.mul(f32x4.sub(g, rest), inverse));
        p += row;
        r += row;
        o += row;
      }
    }
  }
}
