/** Compares the fused ops of networks and losses with the ops that they are composed of, on the cpu backend. */

import '../fixtures/moreKernels';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { FUSED } from '../../workers/gpu/fusedNames';
import { augmentDraw, packBytes } from '../../workers/gpu/kernels/map/standardise';
import { batchNormRelu } from '../../workers/ops/batchNormRelu';
import { convBatchNormRelu } from '../../workers/ops/convBatchNormRelu';
import { maskedCrossEntropy } from '../../workers/ops/crossEntropy';
import { dropout } from '../../workers/ops/dropout';
import { globalAveragePool } from '../../workers/ops/globalAveragePool';
import { l2Normalize } from '../../workers/ops/l2Normalize';
import { maxPool } from '../../workers/ops/maxPool';
import type { Pass, Statistic } from '../../workers/ops/pass';
import { residualTail } from '../../workers/ops/residualTail';
import { standardise } from '../../workers/ops/standardise';
import * as tf from '../../workers/tf/tf';
import { drawAt } from '../../workers/train/step/stepInputs';
import { expectSame, valuesOnBoth } from '../fixtures/bothBackends';
import { valueAndGradients, wave } from '../fixtures/opCases';
import { randomOps } from '../fixtures/randomOps';
import { type WatchedDevice, watchDevice } from '../fixtures/watchedDevice';

let watched: WatchedDevice;
beforeAll(async () => {
  watched = await watchDevice();
});
// A kernel that fails leaves old values in a reused buffer. They may even be right, so the errors of the device are
// checked too.
afterEach(() => expect(watched.errors).toEqual([]));

test('the fused kernels are registered for webgpu alone, so the cpu backend’s results are the composed ops’', () => {
  for (const name of Object.values(FUSED)) {
    expect(tf.getKernel(name, 'webgpu')?.kernelName).toBe(name);
    expect(tf.getKernel(name, 'cpu')).toBeUndefined();
  }
});

/** Large and small maps run different kernels. */
test.each([
  [5, 8],
  [5, 7],
  [40, 8],
  [40, 7],
])(
  'fused batch norm with ReLU equals the composed one: 3×4×%i maps, %i channels',
  async (width, channels) => {
    const decay = 0.75;
    const results = await valuesOnBoth(() => {
      const moving: Record<'mean' | 'variance', tf.Tensor> = {
        mean: tf.fill([channels], 2),
        variance: tf.fill([channels], 3),
      };
      const statistics = Object.entries(moving).map(([name, values]) => ({
        name,
        variable: tf.variable(values, false),
      }));
      const [mean, variance] = statistics as [Statistic, Statistic];
      const y = tf.add(wave([3, 4, width, channels], 0), tf.range(0, channels));
      const beta = wave([channels], 1);
      const rest = valueAndGradients([y, beta], (y, beta) =>
        batchNormRelu(y as tf.Tensor4D, beta as tf.Tensor1D, {
          ...{ mean, variance, decay },
          onMoments(...batch) {
            for (const [i, { variable }] of [mean, variance].entries())
              variable.assign(tf.add(tf.mul(variable, decay), tf.mul(batch[i] as tf.Tensor, 1 - decay)));
          },
        }),
      );
      const moved = [mean, variance].map(({ variable }) => tf.clone(variable));
      for (const { variable } of statistics) variable.dispose();
      return [...rest, ...moved];
    });
    expect(results.cpu[0]?.some(value => value === 0)).toBe(true);
    expectSame(results);
  },
);

test.each([
  [1, 'same', 8],
  [2, 'valid', 7],
] as const)(
  'a convolution that ends in batch norm at inference equals the composed one: stride %i, %s, %i channels',
  async (stride, padding, channels) => {
    const results = await valuesOnBoth(() => {
      const statistic = (name: string, values: tf.Tensor) => ({ name, variable: tf.variable(values, false) });
      const mean = statistic('mean', tf.range(0, channels));
      const variance = statistic('variance', tf.add(tf.range(0, channels), 0.5));
      const beta = tf.range(0, channels) as tf.Tensor1D;
      const kernel = wave<tf.Tensor4D>([3, 3, 5, channels], 1);
      const pass: Pass = {
        ...{ training: false, batchNormDecay: null, onMoments: () => {} },
        dropout: (_, features) => features,
      };
      const parts = { kernel, beta, mean, variance };
      const z = convBatchNormRelu(wave([2, 7, 6, 5], 0), parts, stride, padding, pass);
      tf.dispose([mean.variable, variance.variable]);
      return [z];
    });
    expect(results.cpu[0]?.some(value => value > 0)).toBe(true);
    expectSame(results);
  },
);

test.each([true, false])(
  'the fused residual tail equals the composed one: activation %s',
  async activation => {
    const results = await valuesOnBoth(() =>
      valueAndGradients(
        [wave([2, 3, 5, 8], 0), wave([2, 3, 5, 12], 1), wave([1, 1, 12, 8], 2), wave([8], 3)],
        (x, mixed, kernel, bias) =>
          residualTail(
            x as tf.Tensor4D,
            mixed as tf.Tensor4D,
            kernel as tf.Tensor4D,
            bias as tf.Tensor1D,
            0.17,
            activation,
          ),
      ),
    );
    expectSame(results);
  },
);

test.each(['valid', 'same'] as const)(
  'fused max pooling equals the composed one: %s padding',
  async padding => {
    const results = await valuesOnBoth(() =>
      valueAndGradients([wave([2, 8, 7, 8], 0)], x => maxPool(x as tf.Tensor4D, padding)),
    );
    expectSame(results);
  },
);

test('the fused global average equals the composed one', async () => {
  const results = await valuesOnBoth(() =>
    valueAndGradients([wave([3, 4, 5, 7], 0)], x => globalAveragePool(x as tf.Tensor4D)),
  );
  expectSame(results);
});

const labels = () => tf.tensor1d([2, -1, 0, 6, 2], 'int32');

test('fused cross-entropy equals the composed one, also where logits are ±1e4 and where no row is labelled', async () => {
  const results = await valuesOnBoth(() =>
    [1, 1e4].flatMap(scale => {
      const logits = tf.mul(wave([5, 7], 0), scale);
      const masked = tf.fill([5], -1, 'int32') as tf.Tensor1D;
      return [
        ...valueAndGradients([logits], x => maskedCrossEntropy(x as tf.Tensor2D, labels(), 4)),
        ...valueAndGradients([logits], x => maskedCrossEntropy(x as tf.Tensor2D, masked, 0)),
      ];
    }),
  );
  expect(results.cpu[2]?.[0]).toBeCloseTo(0);
  expectSame(results);
});

test('fused rows of unit length equal the composed ones, a zero row among them', async () => {
  const results = await valuesOnBoth(() => {
    const rows = tf.mul(wave([3, 70], 0), tf.tensor2d([1, 0, 5], [3, 1]));
    return valueAndGradients([rows], x => l2Normalize(x as tf.Tensor2D));
  });
  expect(results.cpu[0]?.slice(70, 140).every(value => value === 0)).toBe(true);
  expectSame(results);
});

test('dropout drops the same on every backend, forwards and backwards, another share each step', async () => {
  const { gpu, cpu } = await valuesOnBoth(() =>
    [0, 1].flatMap(step =>
      valueAndGradients([tf.ones([9, 48])], x =>
        dropout(x as tf.Tensor2D, tf.tensor1d(drawAt(0.25, 7, step, 1), 'int32')),
      ),
    ),
  );
  expectSame({ gpu, cpu });
  expect(gpu[0], 'dropped elements').toEqual(cpu[0]);
  expect(gpu[0]).not.toEqual(gpu[2]);
  const kept = gpu[0]?.filter(value => value > 0).length ?? 0;
  expect(Math.abs(kept / 432 - 0.75)).toBeLessThan(0.1);
});

test('bytes become the same standardised images on every backend, the same of them mirrored and shifted', async () => {
  const size = 19;
  const bytes = Uint8Array.from(
    { length: 12 * size * size * 3 },
    (_, i) => 90 + 80 * Math.sin(1.3 * i + i / 2000),
  );
  const make = (share: number, shift = 0) =>
    standardise(
      [12, size, size, 3],
      tf.tensor1d(packBytes(bytes), 'int32'),
      tf.tensor1d(augmentDraw(11, share, shift), 'int32'),
    );
  const results = await valuesOnBoth(() => [make(0), make(0.5), make(1), make(0.5, 3)]);
  expectSame(results);
  // These must be the same to the bit: a row that is mirrored is another row.
  const turned = ({ 1: half, 0: plain }: number[][], image: number) =>
    half?.[image * size * size * 3] !== plain?.[image * size * size * 3];
  const which = (side: number[][]) => Array.from({ length: 12 }, (_, image) => turned(side, image));
  expect(which(results.gpu)).toEqual(which(results.cpu));
  expect(new Set(which(results.gpu)).size).toBe(2);
});

test.each([1, 2, 3, 4])(
  'values and gradients of random shapes equal the cpu backend’s: seed %i',
  async seed => {
    for (const { what, shapes, op } of randomOps(seed)) {
      const results = await valuesOnBoth(() =>
        valueAndGradients(
          shapes.map((shape, i) => wave(shape, i)),
          op,
        ),
      );
      expectSame(results, `${what} of ${shapes.map(shape => `[${shape}]`).join(' ')}`);
    }
  },
);
