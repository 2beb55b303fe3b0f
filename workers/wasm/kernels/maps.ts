/** @file The network's input, and stock tfjs kernels that a step calls often: shapes, sums, pieces of maps. */

import { FUSED } from '../../gpu/fusedNames';
import * as tf from '../../tf/tf';
import type { Operand, WasmBackend } from '../backend';
import { type KernelTable, rowsAndChannels } from '../call';

export const mapKernels: KernelTable = {
  /** words (`packBytes`), augment (`augmentDraw`), both int32 → images of attrs `shape` `[images, size, size, 3]`. */
  [FUSED.standardise]({ backend, input, attrs }) {
    const shape = attrs.shape as number[];
    const [images = 0, size = 0] = shape;
    const out = backend.make(shape);
    const scratch = backend.allocate(images * (size * size * 3 + 16));
    backend.run('standardise', [input('words').at, input('augment').at, size, scratch, out.at], images);
    backend.release(scratch);
    return out;
  },
};

const sizeOf = (shape: readonly number[]) => tf.util.sizeFromShape([...shape]);

/** A tensor as rows of everything before an axis, each of what the axis and all after it hold. */
function rowsAt({ shape }: Operand, axis: number): { rows: number; inner: number; length: number } {
  const inner = sizeOf(shape.slice(axis + 1));
  return { rows: sizeOf(shape.slice(0, axis)), inner, length: (shape[axis] ?? 1) * inner };
}

/** `length` places along the axis, from `first` on. */
function cut(backend: WasmBackend, x: Operand, axis: number, first: number, length: number): Operand {
  const { rows, inner, length: all } = rowsAt(x, axis);
  const y = backend.make(x.shape.with(axis, length));
  const own = length * inner;
  backend.run('copyColumns', [x.at + 4 * first * inner, all, y.at, own, own], rows);
  return y;
}

const isPlain = ({ dtype, size }: Operand) => dtype === 'float32' && size > 0;

/** Stock kernels that a step calls often. What they do not cover, the cpu backend's kernels do. */
export const mapReplacements: KernelTable = {
  Identity: ({ backend, input }) => backend.share(input('x')),
  Reshape({ backend, input, attrs }) {
    const x = input('x');
    return backend.share(x, tf.util.inferFromImplicitShape(attrs.shape as number[], x.size));
  },
  Add({ backend, input }) {
    const [a, b] = [input('a'), input('b')];
    if (!isPlain(a) || !isPlain(b) || !tf.util.arraysEqual(a.shape, b.shape)) return null;
    const y = backend.make(a.shape);
    backend.run('add', [a.at, b.at, y.at], a.size);
    return y;
  },
  Slice({ backend, input, attrs }) {
    const x = input('x');
    const parsed = tf.slice_util.parseSliceParams(x, attrs.begin as number[], attrs.size as number[]);
    const [begin, size] = parsed as [number[], number[]];
    const axes = size.flatMap((length, axis) => (length === x.shape[axis] ? [] : [axis]));
    const [axis = 0] = axes;
    if (!isPlain(x) || axes.length > 1 || size.includes(0) || size.length === 0) return null;
    return cut(backend, x, axis, begin[axis] ?? 0, size[axis] ?? 1);
  },
  SplitV({ backend, input, attrs }) {
    const x = input('x');
    const [axis = 0] = tf.util.parseAxisParam(attrs.axis as number, x.shape);
    const sizes = tf.backend_util.prepareSplitSize(x, attrs.numOrSizeSplits as number[] | number, axis);
    if (!isPlain(x) || sizes.includes(0)) return null;
    let first = 0;
    return sizes.map(size => {
      const part = cut(backend, x, axis, first, size);
      first += size;
      return part;
    });
  },
  Concat({ backend, list, attrs }) {
    const parts = list();
    const [first] = parts;
    if (!first || !parts.every(isPlain)) return null;
    const [axis = 0] = tf.util.parseAxisParam(attrs.axis as number, first.shape);
    const y = backend.make(
      tf.backend_util.computeOutShape(
        parts.map(({ shape }) => shape),
        axis,
      ),
    );
    const { rows, length: all } = rowsAt(y, axis);
    let at = y.at;
    for (const part of parts) {
      const { length } = rowsAt(part, axis);
      backend.run('copyColumns', [part.at, length, at, all, length], rows);
      at += 4 * length;
    }
    return y;
  },
  /** Over all but the last axis, as a bias gradient wants it. */
  Sum({ backend, input, attrs }) {
    const x = input('x');
    const last = x.shape.length - 1;
    const axes = new Set(tf.util.parseAxisParam(attrs.axis as number[], x.shape));
    if (!isPlain(x) || last < 1 || axes.size !== last || axes.has(last)) return null;
    const { rows, channels } = rowsAndChannels(x);
    const y = backend.make(attrs.keepDims ? x.shape.map((size, i) => (i < last ? 1 : size)) : [channels]);
    backend.run('columnSums', [x.at, rows, channels, 1, y.at], channels);
    return y;
  },
};
