/** @file Cross-entropy, rows of unit length, center loss and dropout. */
import { FUSED } from '../../gpu/fusedNames';
import type { Operand } from '../backend';
import type { Call, KernelTable } from '../call';

/** map · dy · inverse, and · scale where there is one. */
function scaled({ backend, input, optional }: Call, map: Operand): Operand {
  const gradient = backend.make(map.shape);
  const factors = [input('dy').at, input('inverse').at, optional('scale')?.at ?? 0];
  backend.run('scaleBy', [map.at, ...factors, gradient.at], map.size);
  return gradient;
}

export const lossKernels: KernelTable = {
  /** logits, labels (int32, −1 = masked) → mean loss, softmax − one-hot, 1 / labelled rows, accuracy. */
  [FUSED.crossEntropy]({ backend, input }) {
    const [logits, labels] = [input('logits'), input('labels')];
    const [rows = 0, classes = 0] = logits.shape;
    const values = backend.allocate(4 * 2 * rows);
    const excess = backend.make(logits.shape);
    const [mean, accuracy, inverse] = [backend.make([]), backend.make([]), backend.make([])];
    backend.run('crossEntropyRows', [logits.at, labels.at, rows, classes, values, excess.at], rows);
    const means = [
      [values, mean],
      [values + 4 * rows, accuracy],
    ] as const;
    for (const [from, to] of means)
      backend.run('maskedMean', [from, labels.at, rows, 0, 0, to.at, inverse.at]);
    backend.release(values);
    return [mean, excess, inverse, accuracy];
  },
  /** dy (scalar), excess, inverse → dlogits. */
  [FUSED.crossEntropyGradient]: call => scaled(call, call.input('excess')),
  /** x → y, 1/√(‖x‖² + ε). */
  [FUSED.normaliseRows]({ backend, input, attrs }) {
    const x = input('x');
    const [rows = 0, features = 0] = x.shape;
    const [y, inverse] = [backend.make(x.shape), backend.make([rows])];
    backend.run('normaliseRows', [x.at, features, attrs.epsilon as number, y.at, inverse.at], rows);
    return [y, inverse];
  },
  /** dy, y, inverse → dx. */
  [FUSED.normaliseRowsGradient]({ backend, input }) {
    const y = input('y');
    const [rows = 0, features = 0] = y.shape;
    const dx = backend.make(y.shape);
    backend.run('normaliseRowsGradient', [input('dy').at, y.at, input('inverse').at, features, dx.at], rows);
    return dx;
  },
  /** x, labels, centers, base, scale; attr norm → base + scale · mean loss, its slopes by x, 1 / labelled rows. */
  [FUSED.centerLoss]({ backend, input, attrs }) {
    const [x, labels] = [input('x'), input('labels')];
    const [rows = 0, features = 0] = x.shape;
    const slopes = backend.make(x.shape);
    const distances = backend.allocate(4 * rows);
    const [loss, inverse] = [backend.make([]), backend.make([])];
    backend.run(
      'centerDistances',
      [
        ...[x.at, labels.at, input('centers').at, features, attrs.norm === 'printed'],
        ...[slopes.at, distances],
      ],
      rows,
    );
    backend.run('maskedMean', [
      ...[distances, labels.at, rows, input('base').at],
      ...[input('scale').at, loss.at, inverse.at],
    ]);
    backend.release(distances);
    return [loss, slopes, inverse];
  },
  /** dy, slopes, inverse, scale → dx. */
  [FUSED.centerLossGradient]: call => scaled(call, call.input('slopes')),
  /** centers, x, labels; attr rate. Writes the centers. */
  [FUSED.moveCenters]({ backend, input, attrs }) {
    const [batch = 0, features = 0] = input('x').shape;
    const keep = 1 - (attrs.rate as number);
    backend.run(
      'moveCenters',
      [input('centers').at, input('x').at, input('labels').at, batch, features, keep],
      batch,
    );
    return [];
  },
  /** x, words `[3]` int32 (`dropoutDraw`) → y. */
  [FUSED.dropout]({ backend, input }) {
    const x = input('x');
    const y = backend.make(x.shape);
    backend.run('dropout', [x.at, input('words').at, y.at], x.size);
    return y;
  },
};
