/** @file Mean over a map, and the maximum of windows with the tap that won. Channels are a multiple of 4. */

/** `[images, pixels, channels]` → `[images, channels]`. */
export function globalAverage(x: usize, pixels: i32, channels: i32, mean: usize, from: i32, to: i32): void {
  const row: usize = channels << 2,
    share = f32x4.splat(<f32>1 / <f32>pixels);
  for (let image = from; image < to; image++)
    for (let c: usize = 0; c < row; c += 16) {
      let sum = f32x4.splat(0),
        p = x + <usize>(image * pixels) * row + c;
      for (let i = 0; i < pixels; i++) {
        sum = f32x4.add(sum, v128.load(p));
        p += row;
      }
      v128.store(mean + <usize>image * row + c, f32x4.mul(sum, share));
    }
}

/** Every pixel gets an equal share. */
export function globalAverageGradient(
  dmean: usize,
  pixels: i32,
  channels: i32,
  dx: usize,
  from: i32,
  to: i32,
): void {
  const row: usize = channels << 2,
    share = f32x4.splat(<f32>1 / <f32>pixels);
  for (let image = from; image < to; image++)
    for (let c: usize = 0; c < row; c += 16) {
      const g = f32x4.mul(v128.load(dmean + <usize>image * row + c), share);
      let p = dx + <usize>(image * pixels) * row + c;
      for (let i = 0; i < pixels; i++) {
        v128.store(p, g);
        p += row;
      }
    }
}

/**
 * The largest value of each window of `size`² pixels, and its tap as a byte a channel. The first of equal taps wins, and
 * padding never wins. The rows `from` up to `to` are those of all images' outputs.
 */
export function maxPool(
  x: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  size: i32,
  stride: i32,
  top: i32,
  left: i32,
  y: usize,
  taps: usize,
  from: i32,
  to: i32,
): void {
  const pixel: usize = channels << 2;
  for (let row = from; row < to; row++) {
    const image = row / outHeight,
      y0 = (row - image * outHeight) * stride - top;
    for (let column = 0; column < outWidth; column++) {
      const x0 = column * stride - left,
        out = row * outWidth + column;
      for (let c: usize = 0; c < pixel; c += 16) {
        let best = f32x4.splat(0),
          winner = i32x4.splat(0),
          first = true;
        for (let i = max(0, -y0); i < min(size, height - y0); i++)
          for (let j = max(0, -x0); j < min(size, width - x0); j++) {
            const v = v128.load(x + <usize>((image * height + y0 + i) * width + x0 + j) * pixel + c);
            const tap = i32x4.splat(i * size + j);
            if (first) {
              best = v;
              winner = tap;
              first = false;
              continue;
            }
            const larger = f32x4.gt(v, best);
            best = v128.bitselect(v, best, larger);
            winner = v128.bitselect(tap, winner, larger);
          }
        v128.store(y + <usize>out * pixel + c, best);
        const bytes = i8x16.shuffle(winner, winner, 0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        store<i32>(taps + <usize>out * channels + (c >> 2), i32x4.extract_lane(bytes, 0));
      }
    }
  }
}

/** A pixel gathers from the windows that it won. The rows `from` up to `to` are those of all images' inputs. */
export function maxPoolGradient(
  dy: usize,
  taps: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  size: i32,
  stride: i32,
  top: i32,
  left: i32,
  dx: usize,
  from: i32,
  to: i32,
): void {
  const pixel: usize = channels << 2;
  for (let row = from; row < to; row++) {
    const image = row / height,
      y = row - image * height + top;
    const firstRow = y < size ? 0 : (y - size) / stride + 1,
      lastRow = min(outHeight - 1, y / stride);
    for (let column = 0; column < width; column++) {
      const x = column + left;
      const firstColumn = x < size ? 0 : (x - size) / stride + 1,
        lastColumn = min(outWidth - 1, x / stride);
      for (let c: usize = 0; c < pixel; c += 16) {
        let sum = f32x4.splat(0);
        for (let oy = firstRow; oy <= lastRow; oy++)
          for (let ox = firstColumn; ox <= lastColumn; ox++) {
            const out = (image * outHeight + oy) * outWidth + ox;
            const tap = (y - oy * stride) * size + x - ox * stride;
            const bytes = i32x4.splat(load<i32>(taps + <usize>out * channels + (c >> 2)));
            const own = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
            sum = f32x4.add(
              sum,
              v128.and(v128.load(dy + <usize>out * pixel + c), i32x4.eq(own, i32x4.splat(tap))),
            );
          }
        v128.store(dx + <usize>(row * width + column) * pixel + c, sum);
      }
    }
  }
}
