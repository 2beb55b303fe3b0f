/**
 * @file A small software rasteriser with exact-area anti-aliasing and Float32 RGB. Later shapes cover earlier ones. It uses only
 * + − × ÷ √, whose results IEEE 754 defines to the last bit. So a picture is the same in every browser and in Node. A canvas
 * would not give that, because anti-aliasing differs between browsers.
 *
 * How coverage is computed: every edge of a polygon adds, for each pixel that it crosses, the change of the area to its right.
 * The running sum over a row is then the covered share of each pixel.
 */

/** Red, green and blue, from 0 to 1. */
export type Rgb = readonly [number, number, number];
/** A closed polygon as x, y pairs, in drawing units. */
export type Shape = readonly number[];
/** The covered share of each pixel, `[size, size]`. */
export type Mask = Float32Array;

export interface Ink {
  colour: Rgb;
  /** The opacity, from 0 to 1. The default is 1. */
  alpha?: number;
  /** If given, only the pixels that this mask covers are painted. */
  inside?: Mask;
}

/** Scaling, rotation and shift of all that is drawn. `lean` is the tangent of half the angle of rotation. */
export interface Placement {
  scale: number;
  lean: number;
  x: number;
  y: number;
}

export class Raster {
  readonly size: number;
  /** The picture, `[size, size, 3]`, from 0 to 1. */
  readonly rgb: Float32Array;
  private readonly change: Float32Array;
  private readonly stride: number;
  // Drawing units become pixels by (ax − by + tx, bx + ay + ty). Without a placement, the picture spans −1 … 1.
  private a: number;
  private b = 0;
  private tx: number;
  private ty: number;

  constructor(size: number) {
    this.size = size;
    this.stride = size + 2;
    this.rgb = new Float32Array(size * size * 3);
    this.change = new Float32Array(size * this.stride);
    this.a = this.tx = this.ty = size / 2;
  }

  place({ scale, lean, x, y }: Placement): void {
    const half = this.size / 2;
    const n = 1 + lean * lean;
    this.a = (half * scale * (1 - lean * lean)) / n;
    this.b = (half * scale * 2 * lean) / n;
    this.tx = half * (1 + x);
    this.ty = half * (1 + y);
  }

  /** Fills the background with a gradient from `top` to `bottom`. */
  wash(top: Rgb, bottom: Rgb): void {
    const { size, rgb } = this;
    for (let y = 0, i = 0; y < size; y++) {
      const t = (y + 0.5) / size;
      for (let x = 0; x < size; x++)
        for (let c = 0; c < 3; c++) rgb[i++] = top[c as 0] + t * (bottom[c as 0] - top[c as 0]);
    }
  }

  fill(shape: Shape, { colour, alpha = 1, inside }: Ink): void {
    this.cover(shape, (i, cover) => {
      this.blend(i, inside ? cover * alpha * (inside[i] as number) : cover * alpha, colour);
    });
  }

  mask(shape: Shape): Mask {
    const mask = new Float32Array(this.size * this.size);
    this.cover(shape, (i, cover) => {
      mask[i] = cover;
    });
    return mask;
  }

  /** Draws a soft ellipse. It is opaque at its centre and fades as (1 − d²)² to nothing at its edge. */
  glow(cx: number, cy: number, rx: number, ry: number, { colour, alpha = 1, inside }: Ink): void {
    const { size, a, b } = this;
    const px = a * cx - b * cy + this.tx;
    const py = b * cx + a * cy + this.ty;
    const unit = Math.sqrt(a * a + b * b);
    const reach = unit * Math.max(rx, ry);
    const ux = a / (unit * unit * rx);
    const uy = b / (unit * unit * rx);
    const vx = -b / (unit * unit * ry);
    const vy = a / (unit * unit * ry);
    const left = Math.max(0, Math.floor(px - reach));
    const right = Math.min(size - 1, Math.ceil(px + reach));
    const bottom = Math.min(size - 1, Math.ceil(py + reach));
    for (let y = Math.max(0, Math.floor(py - reach)); y <= bottom; y++)
      for (let x = left; x <= right; x++) {
        const dx = x + 0.5 - px;
        const dy = y + 0.5 - py;
        const u = ux * dx + uy * dy;
        const v = vx * dx + vy * dy;
        const near = 1 - u * u - v * v;
        if (near <= 0) continue;
        const i = y * size + x;
        this.blend(i, near * near * alpha * (inside ? (inside[i] as number) : 1), colour);
      }
  }

  private blend(i: number, share: number, colour: Rgb): void {
    const { rgb } = this;
    const at = 3 * i;
    rgb[at] = (rgb[at] as number) + share * (colour[0] - (rgb[at] as number));
    rgb[at + 1] = (rgb[at + 1] as number) + share * (colour[1] - (rgb[at + 1] as number));
    rgb[at + 2] = (rgb[at + 2] as number) + share * (colour[2] - (rgb[at + 2] as number));
  }

  /** Calls `paint` with every pixel that the shape touches and its covered share. */
  private cover(shape: Shape, paint: (i: number, cover: number) => void): void {
    const { size, change, stride, a, b, tx, ty } = this;
    const corners = shape.length / 2;
    let left = size;
    let right = 0;
    let top = size;
    let bottom = 0;
    let x0 = a * (shape[2 * corners - 2] as number) - b * (shape[2 * corners - 1] as number) + tx;
    let y0 = b * (shape[2 * corners - 2] as number) + a * (shape[2 * corners - 1] as number) + ty;
    for (let k = 0; k < corners; k++) {
      const x1 = a * (shape[2 * k] as number) - b * (shape[2 * k + 1] as number) + tx;
      const y1 = b * (shape[2 * k] as number) + a * (shape[2 * k + 1] as number) + ty;
      this.edge(x0, y0, x1, y1);
      left = Math.min(left, x1);
      right = Math.max(right, x1);
      top = Math.min(top, y1);
      bottom = Math.max(bottom, y1);
      x0 = x1;
      y0 = y1;
    }
    const first = Math.max(0, Math.min(size, Math.floor(left)));
    const last = Math.min(size + 1, Math.max(0, Math.floor(right)) + 2);
    const end = Math.min(size, Math.ceil(bottom));
    for (let y = Math.max(0, Math.floor(top)); y < end; y++) {
      let sum = 0;
      for (let x = first; x <= last; x++) {
        const at = y * stride + x;
        sum += change[at] as number;
        change[at] = 0;
        const cover = Math.min(1, Math.abs(sum));
        if (x < size && cover > 1e-6) paint(y * size + x, cover);
      }
    }
  }

  /**
   * Adds one edge to `change`. An edge left of the picture counts at column 0. One to the right of it has no visible
   * effect.
   */
  private edge(xa: number, ya: number, xb: number, yb: number): void {
    if (ya === yb) return;
    const { size, change, stride } = this;
    const down = ya < yb;
    const top = Math.max(0, down ? ya : yb);
    const bottom = Math.min(size, down ? yb : ya);
    const slope = (xb - xa) / (yb - ya);
    for (let y = Math.floor(top); y < bottom; y++) {
      const from = Math.max(y, top);
      const to = Math.min(y + 1, bottom);
      const p = Math.min(size, Math.max(0, xa + (from - ya) * slope));
      const q = Math.min(size, Math.max(0, xa + (to - ya) * slope));
      const lo = Math.min(p, q);
      const hi = Math.max(p, q);
      const height = down ? to - from : from - to;
      const row = y * stride;
      const column = Math.floor(lo);
      if (hi <= column + 1) {
        const right = height * (column + 1 - 0.5 * (lo + hi));
        change[row + column] = (change[row + column] as number) + right;
        change[row + column + 1] = (change[row + column + 1] as number) + height - right;
        continue;
      }
      // This is the mean of max(0, t − x) over the edge. Its difference over a pixel is the share to the right of the edge.
      let before = 0;
      let covered = 0;
      for (let x = column; covered < 1; x++) {
        const t = x + 1;
        const upTo = t >= hi ? t - 0.5 * (lo + hi) : ((t - lo) * (t - lo)) / (2 * (hi - lo));
        const share = x >= hi ? 1 : upTo - before;
        change[row + x] = (change[row + x] as number) + height * (share - covered);
        covered = share;
        before = upTo;
      }
    }
  }
}
