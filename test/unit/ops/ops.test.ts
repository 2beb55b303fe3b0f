import '../../fixtures/moreKernels';
import { beforeAll, describe, expect, test } from 'vitest';
import { batchNormRelu } from '../../../workers/ops/batchNormRelu';
import { convBatchNormRelu } from '../../../workers/ops/convBatchNormRelu';
import { filterGradient, installCpuFilterGradient } from '../../../workers/ops/cpuFilterGradient';
import { maxPool } from '../../../workers/ops/maxPool';
import * as tf from '../../../workers/tf/tf';
import { evaluate, inputsOf, opCases, wave, worstError } from '../../fixtures/opCases';

beforeAll(() => tf.setBackend('cpu'));

describe.each(opCases)('$name', opCase => {
  const { op, plain } = opCase;

  test('output and gradients equal the plain composition differentiated by tfjs', async () => {
    const inputs = inputsOf(opCase);
    const before = tf.memory().numTensors;
    const got = await evaluate(op, inputs);
    expect(tf.memory().numTensors, 'tensors left behind').toBe(before);
    const wanted = await evaluate(plain, inputs);
    // A few dozen float32 roundings on either side.
    got.forEach((values, i) => {
      expect(worstError(values, wanted[i] ?? []), i ? `gradient ${i}` : 'output').toBeLessThan(1e-5);
    });
    tf.dispose(inputs);
  });

  test('gradients equal finite differences', async () => {
    const inputs = inputsOf(opCase);
    const [, ...gradients] = await evaluate(op, inputs);
    const h = 1e-4;
    for (const [i, gradient] of gradients.entries()) {
      for (const phase of [0.4, 1.9]) {
        const direction = wave(opCase.shapes[i] ?? [], phase);
        const at = (step: number) =>
          tf.tidy(() => {
            const moved = inputs.map((x, j) => (j === i ? tf.add(x, tf.mul(direction, step)) : x));
            const output = op(...moved);
            const weights = wave(output.shape, 0.9).dataSync();
            // Summed in float64: the difference of two float32 sums would drown in their rounding.
            return output.dataSync<'float32'>().reduce((sum, value, k) => sum + value * (weights[k] ?? 0), 0);
          });
        const measured = (at(h) - at(-h)) / (2 * h);
        const along = direction.dataSync();
        const predicted = gradient.reduce((sum, value, k) => sum + value * (along[k] ?? 0), 0);
        // Rounding of the outputs gives 6e-8 / h = 6e-4 each; at these inputs no ReLU switches within h.
        const error = Math.abs(measured - predicted) / Math.hypot(...gradient);
        expect(error, `input ${i}, direction ${phase}`).toBeLessThan(5e-3);
        direction.dispose();
      }
    }
    tf.dispose(inputs);
  });
});

test('batchNormRelu hands over the biased moments, and kept ones outlive it', () => {
  const before = tf.memory().numTensors;
  const y = wave([2, 3, 3, 4], 0.3) as tf.Tensor4D;
  const kept: tf.Tensor[] = [];
  const variable = tf.tidy(() => tf.variable(tf.zeros([4]), false));
  tf.tidy(() => {
    const beta = tf.zeros<tf.Rank.R1>([4]);
    const moving = { name: 'moving', variable };
    batchNormRelu(y, beta, {
      ...{ mean: moving, variance: moving, decay: 0.9 },
      onMoments: (mean, variance) => kept.push(tf.keep(mean), tf.keep(variance)),
    });
  });
  const wanted = tf.moments(y, [0, 1, 2]);
  expect(worstError(kept[0]?.dataSync() ?? [], wanted.mean.dataSync())).toBeLessThan(1e-5);
  expect(worstError(kept[1]?.dataSync() ?? [], wanted.variance.dataSync())).toBeLessThan(1e-5);
  tf.dispose([kept, y, variable, wanted.mean, wanted.variance]);
  expect(tf.memory().numTensors).toBe(before);
});

test('a constant channel goes through batch norm as β, with a finite gradient', async () => {
  const y = tf.fill([2, 2, 2, 4], 3) as tf.Tensor4D;
  const beta = tf.tensor1d([0.5, -0.5, 0, 2]);
  const values = await evaluate(
    (...inputs) => batchNormRelu(inputs[0] as tf.Tensor4D, inputs[1] as tf.Tensor1D, null),
    [y, beta],
  );
  expect(Array.from(values[0]?.slice(0, 4) ?? [])).toEqual([0.5, 0, 0, 2]);
  expect(values.every(v => v.every(Number.isFinite))).toBe(true);
  tf.dispose([y, beta]);
});

test('outside training the moving statistics are used, not the batch', () => {
  tf.tidy(() => {
    const x = wave([2, 3, 3, 1], 0.1) as tf.Tensor4D;
    const statistic = (name: string, value: number) => ({
      name,
      variable: tf.variable(tf.tensor1d([value])),
    });
    const parts = {
      kernel: tf.ones<tf.Rank.R4>([1, 1, 1, 1]),
      beta: tf.tensor1d([0.25]),
      mean: statistic('mean', -2),
      variance: statistic('variance', 4),
    };
    const dropout = () => tf.zeros<tf.Rank.R2>([1, 1]);
    const pass = { training: false, dropout, batchNormDecay: null, onMoments: () => {} };
    const out = convBatchNormRelu(x, parts, 1, 'same', pass);
    const wanted = x.dataSync().map(v => Math.max(0, (v + 2) / Math.sqrt(4.001) + 0.25));
    expect(worstError(out.dataSync(), wanted)).toBeLessThan(1e-6);
    tf.dispose([parts.mean.variable, parts.variance.variable]);
  });
});

test('SAME pads as TensorFlow: an even side and stride 2 put the odd pixel at the bottom and right', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    const kernel = tf.tensor4d([1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8], [3, 3, 1, 1]);
    // The window starts at the top left pixel: taps (0,0), (0,1), (1,0), (1,1) see the image.
    expect(tf.conv2d(x, kernel, 2, 'same').dataSync()[0]).toBe(1 * 1 + 2 * 10 + 3 * 1000 + 4 * 1e4);
    expect(maxPool(x, 'same').shape).toEqual([1, 1, 1, 1]);
  });
});

test.each([
  ['same', 1, [3, 3]],
  ['same', 2, [3, 3]],
  ['valid', 2, [3, 3]],
  ['same', 1, [1, 7]],
  ['same', 1, [7, 1]],
] as const)(
  'the CPU filter gradient, %s, stride %i, kernel %j, is the sum of shifted products',
  (pad, stride, kernel) => {
    const [height, width] = kernel;
    const info = tf.backend_util.computeConv2DInfo([2, 9, 8, 3], [height, width, 3, 4], stride, 1, pad);
    const { top, left } = info.padInfo;
    tf.tidy(() => {
      const x = wave([2, 9, 8, 3], 0.1) as tf.Tensor4D;
      const dy = wave(info.outShape, 0.2) as tf.Tensor4D;
      const padded = tf.pad(x, [
        [0, 0],
        [top, 9],
        [left, 9],
        [0, 0],
      ]);
      const taps = [];
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) {
          const seen = tf.stridedSlice(
            padded,
            [0, i, j, 0],
            [2, i + (info.outHeight - 1) * stride + 1, j + (info.outWidth - 1) * stride + 1, 3],
            [1, stride, stride, 1],
          );
          taps.push(tf.matMul(tf.reshape(seen, [-1, 3]), tf.reshape(dy, [-1, 4]), true, false));
        }
      }
      const wanted = tf.stack(taps).dataSync();
      expect(worstError(filterGradient(x.dataSync(), dy.dataSync(), info), wanted)).toBeLessThan(1e-5);
      installCpuFilterGradient();
      const throughTape = tf.grad((kernel: tf.Tensor) =>
        tf.sum(tf.mul(tf.conv2d(x, kernel as tf.Tensor4D, stride, pad), dy)),
      )(tf.zeros([height, width, 3, 4]));
      expect(worstError(throughTape.dataSync(), wanted)).toBeLessThan(1e-5);
    });
  },
);
