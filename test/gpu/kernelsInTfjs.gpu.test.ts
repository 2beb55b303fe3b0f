import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { startDevice } from '../../workers/gpu/device';
import { FUSED } from '../../workers/gpu/fusedNames';
import { convGeometry } from '../../workers/gpu/kernels/convGeometry';
import { mirrorDraw, packBytes } from '../../workers/gpu/kernels/standardise';
import { profileGpu } from '../../workers/gpu/profile';
import { chooseTile, measureTile, setTile } from '../../workers/gpu/tileChoice';
import type { Pass, Statistic } from '../../workers/nets/network';
import {
  batchNormRelu,
  convBatchNormRelu,
  dense,
  dropout,
  globalAveragePool,
  maxPool,
  residualTail,
} from '../../workers/nets/ops';
import { l2Normalize, maskedCrossEntropy, withCenterLoss } from '../../workers/train/losses';
import { OPTIMIZERS, type OptimizerId } from '../../workers/train/optimizer';
import { standardise } from '../../workers/train/standardise';
import { drawAt } from '../../workers/train/stepInputs';
import { drawOf } from '../fixtures/kernelDraws';
import { goldenSteps, replayTinyStep, worstDifference } from '../fixtures/tinyStep';

const gpuErrors: string[] = [];
beforeAll(async () => {
  const { backend } = await startDevice(() => {}, 'webgpu');
  if (backend !== 'webgpu')
    throw new Error('no WebGPU adapter: GPU tests need Chromium with --enable-unsafe-webgpu (see README)');
  const current = tf.backend();
  if (!(current instanceof WebGPUBackend)) throw new Error('startDevice left another backend current');
  current.device.addEventListener('uncapturederror', ({ error }) => gpuErrors.push(error.message));
});
// A kernel that fails leaves a recycled buffer with plausible, even right, values: only the device knows.
afterEach(() => expect(gpuErrors).toEqual([]));

const wave = (shape: number[], phase: number): tf.Tensor4D =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(1.7 * i + phase)),
    shape as [number, number, number, number],
  );

/** Values of `f` on both backends; whatever it makes must be gone afterwards. */
async function onBoth(f: () => tf.Tensor[]): Promise<{ gpu: number[][]; cpu: number[][] }> {
  const values = async (backend: string) => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const tensors = tf.tidy(f);
    const read = await Promise.all(tensors.map(async tensor => Array.from(await tensor.data())));
    tf.dispose(tensors);
    expect(tf.memory().numTensors).toBe(before);
    return read;
  };
  try {
    return { cpu: await values('cpu'), gpu: await values('webgpu') };
  } finally {
    await tf.setBackend('webgpu');
  }
}

/** Sums of up to 330 products of numbers in −1 … 1 in float32, in another order on each side. */
const tolerance = 2e-5;

function expectSame({ gpu, cpu }: { gpu: number[][]; cpu: number[][] }, what = ''): void {
  cpu.forEach((wanted, t) => {
    expect(gpu[t]?.length).toBe(wanted.length);
    const off = wanted.findIndex((w, i) => {
      const a = gpu[t]?.[i] ?? Number.NaN;
      return !(Object.is(a, w) || a === w || Math.abs(a - w) <= tolerance * Math.max(1, Math.abs(w)));
    });
    if (off >= 0) throw new Error(`${what} tensor ${t}[${off}] is ${gpu[t]?.[off]}, wanted ${wanted[off]}`);
  });
}

type Pad = 'same' | 'valid' | number;
const convolutions: [
  name: string,
  input: number[],
  filter: number[],
  stride: number | [number, number],
  pad: Pad,
][] = [
  ['an image, stride 2, SAME', [2, 11, 9, 3], [3, 3, 3, 8], 2, 'same'],
  ['odd channels, VALID, batch 1', [1, 7, 6, 5], [3, 2, 5, 7], 1, 'valid'],
  ['a 1×1 map under a 3×3 kernel', [3, 1, 1, 8], [3, 3, 8, 12], 1, 'same'],
  ['unequal strides and a padding of 2', [2, 8, 7, 4], [3, 3, 4, 4], [1, 3], 2],
];

test.each(convolutions)(
  'conv2d and both gradients equal the cpu backend’s: %s',
  async (_, input, filter, stride, pad) => {
    const results = await onBoth(() => {
      const { value, grads } = tf.valueAndGrads((x, w) => {
        const y = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad);
        return tf.sum(tf.mul(y, wave(y.shape, 2)));
      })([wave(input, 0), wave(filter, 1)]);
      return [value, ...grads];
    });
    expectSame(results);
  },
);

test('shared-memory tiles give the same convolution and gradients, and a time to choose them by', async () => {
  const current = tf.backend();
  if (!(current instanceof WebGPUBackend)) throw new Error('the current backend is not WebGPU');
  const { device } = current;
  expect(await chooseTile(device)).toBe('registers');
  const time = await measureTile(device, 'shared', convGeometry([1, 8, 8, 4], [1, 1, 4], 1, 'same'));
  expect(time).toBeGreaterThan(0);
  expect(time).toBeLessThan(Number.POSITIVE_INFINITY);
  const labels: string[] = [];
  setTile(device, 'shared');
  try {
    const results = await onBoth(() =>
      valueAndGradients([wave([2, 12, 12, 36], 0), wave([3, 3, 36, 34], 1)], ([x, w]) =>
        tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'),
      ),
    );
    expectSame(results);
    const times = await profileGpu(current, () =>
      tf.tidy(() => void tf.conv2d(wave([2, 12, 12, 36], 0), wave([3, 3, 36, 34], 1), 1, 'same')),
    );
    labels.push(...times.map(({ label }) => label));
  } finally {
    setTile(device, 'registers');
  }
  expect(labels).toContain('convForwardShared');
});

test('an infinite pixel reaches its own window and no padded border', async () => {
  const image = tf.buffer([1, 4, 4, 4]);
  image.set(Number.POSITIVE_INFINITY, 0, 0, 0, 0);
  const values = await image.toTensor().data();
  const results = await onBoth(() => [
    tf.conv2d(tf.tensor4d(values, [1, 4, 4, 4]), tf.ones([3, 3, 4, 4]), 1, 'same'),
  ]);
  expect(results.cpu[0]?.filter(value => value === Number.POSITIVE_INFINITY).length).toBe(16);
  expectSame(results);
});

test('a fused convolution adds its bias and cuts at zero', async () => {
  const results = await onBoth(() => [
    tf.fused.conv2d({
      ...{ x: wave([2, 5, 5, 8], 0), filter: wave([1, 1, 8, 12], 1), strides: 1, pad: 'same' },
      ...{ bias: tf.tensor1d(Array.from({ length: 12 }, (_, i) => i / 10 - 0.5)), activation: 'relu' },
    }),
  ]);
  expect(results.cpu[0]?.some(value => value === 0)).toBe(true);
  expectSame(results);
});

test('what our kernels do not cover goes to the stock kernel: dilation, NCHW, other activations', async () => {
  const x = () => wave([1, 8, 8, 4], 0);
  const w = () => wave([3, 3, 4, 4], 1);
  const dilated = await onBoth(() => [tf.conv2d(x(), w(), 1, 'same', 'NHWC', 2)]);
  expectSame(dilated);
  const elu = await onBoth(() => [
    tf.fused.conv2d({ x: x(), filter: w(), strides: 1, pad: 'same', activation: 'elu' }),
  ]);
  expectSame(elu);
  const last = tf.conv2d(x(), w(), 1, 'same');
  const first = tf.transpose(
    tf.conv2d(tf.transpose(x(), [0, 3, 1, 2]), w(), 1, 'same', 'NCHW'),
    [0, 2, 3, 1],
  );
  expectSame({ gpu: [Array.from(await first.data())], cpu: [Array.from(await last.data())] });
  tf.dispose([first, last]);
});

test('the filter gradient is the same to the bit when it is run again', async () => {
  const gradient = () =>
    tf.tidy(() =>
      tf.grad(w => tf.sum(tf.square(tf.conv2d(wave([4, 16, 16, 8], 0), w as tf.Tensor4D, 1, 'same'))))(
        wave([3, 3, 8, 16], 1),
      ),
    );
  const [first, second] = [gradient(), gradient()];
  expect(await first.data()).toEqual(await second.data());
  tf.dispose([first, second]);
});

test('the fused kernels are registered for webgpu alone, so the cpu backend’s results are the composed ops’', () => {
  for (const name of Object.values(FUSED)) {
    expect(tf.getKernel(name, 'webgpu')?.kernelName).toBe(name);
    expect(tf.getKernel(name, 'cpu')).toBeUndefined();
  }
});

/** Value and all gradients of Σ f(inputs) · a fixed wave. */
function valueAndGradients(inputs: tf.Tensor[], f: (inputs: tf.Tensor[]) => tf.Tensor): tf.Tensor[] {
  const values: tf.Tensor[] = [];
  const { grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
    const y = f(tensors);
    values.push(tf.keep(tf.clone(y)));
    return tf.sum(tf.mul(y, wave(y.shape, 2)));
  })(inputs);
  return [...values, ...grads];
}

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
    const results = await onBoth(() => {
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
      const beta = tf.reshape(wave([channels], 1), [channels]);
      const rest = valueAndGradients([y, beta], ([y, beta]) =>
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
    const results = await onBoth(() => {
      const statistic = (name: string, values: tf.Tensor) => ({ name, variable: tf.variable(values, false) });
      const mean = statistic('mean', tf.range(0, channels));
      const variance = statistic('variance', tf.add(tf.range(0, channels), 0.5));
      const beta = tf.range(0, channels) as tf.Tensor1D;
      const kernel = wave([3, 3, 5, channels], 1);
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
    const results = await onBoth(() =>
      valueAndGradients(
        [
          wave([2, 3, 5, 8], 0),
          wave([2, 3, 5, 12], 1),
          wave([1, 1, 12, 8], 2),
          tf.reshape(wave([8], 3), [8]),
        ],
        ([x, mixed, kernel, bias]) =>
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
    const results = await onBoth(() =>
      valueAndGradients([wave([2, 8, 7, 8], 0)], ([x]) => maxPool(x as tf.Tensor4D, padding)),
    );
    expectSame(results);
  },
);

test('the fused global average equals the composed one', async () => {
  const results = await onBoth(() =>
    valueAndGradients([wave([3, 4, 5, 7], 0)], ([x]) => globalAveragePool(x as tf.Tensor4D)),
  );
  expectSame(results);
});

const labels = () => tf.tensor1d([2, -1, 0, 6, 2], 'int32');

test('fused cross-entropy equals the composed one, also where logits are ±1e4 and where no row is labelled', async () => {
  const results = await onBoth(() =>
    [1, 1e4].flatMap(scale => {
      const logits = tf.mul(tf.reshape(wave([5, 7], 0), [5, 7]), scale);
      const masked = tf.fill([5], -1, 'int32') as tf.Tensor1D;
      return [
        ...valueAndGradients([logits], ([x]) => maskedCrossEntropy(x as tf.Tensor2D, labels(), 4)),
        ...valueAndGradients([logits], ([x]) => maskedCrossEntropy(x as tf.Tensor2D, masked, 0)),
      ];
    }),
  );
  expect(results.cpu[2]?.[0]).toBeCloseTo(0);
  expectSame(results);
});

test('fused rows of unit length equal the composed ones, a zero row among them', async () => {
  const results = await onBoth(() => {
    const rows = tf.mul(tf.reshape(wave([3, 70], 0), [3, 70]), tf.tensor2d([1, 0, 5], [3, 1]));
    return valueAndGradients([rows], ([x]) => l2Normalize(x as tf.Tensor2D));
  });
  expect(results.cpu[0]?.slice(70, 140).every(value => value === 0)).toBe(true);
  expectSame(results);
});

test('dropout drops the same on every backend, forwards and backwards, another share each step', async () => {
  const { gpu, cpu } = await onBoth(() =>
    [0, 1].flatMap(step =>
      valueAndGradients([tf.ones([9, 48])], ([x]) =>
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

test('bytes become the same standardised images on every backend, the same of them mirrored', async () => {
  const size = 19;
  const bytes = Uint8Array.from(
    { length: 12 * size * size * 3 },
    (_, i) => 90 + 80 * Math.sin(1.3 * i + i / 2000),
  );
  const make = (share: number) =>
    standardise(
      [12, size, size, 3],
      tf.tensor1d(packBytes(bytes), 'int32'),
      tf.tensor1d(mirrorDraw(11, share), 'int32'),
    );
  const results = await onBoth(() => [make(0), make(0.5), make(1)]);
  expectSame(results);
  // To the bit which: a turned row is another row.
  const turned = ({ 1: half, 0: plain }: number[][], image: number) =>
    half?.[image * size * size * 3] !== plain?.[image * size * size * 3];
  const which = (side: number[][]) => Array.from({ length: 12 }, (_, image) => turned(side, image));
  expect(which(results.gpu)).toEqual(which(results.cpu));
  expect(new Set(which(results.gpu)).size).toBe(2);
});

test('a second WebGPU backend runs copied kernels in its own stream, interleaved with the first', async () => {
  const current = tf.backend();
  if (!(current instanceof WebGPUBackend)) throw new Error('the current backend is not WebGPU');
  tf.registerBackend('second', () => new WebGPUBackend(current.device), 0);
  tf.copyRegisteredKernels('webgpu', 'second');
  const product = (phase: number) => {
    const matrix = tf.add(tf.reshape(wave([8, 8], phase), [8, 8]), 1) as tf.Tensor2D;
    return tf.matMul(matrix, matrix);
  };
  try {
    const results: tf.Tensor[] = [];
    for (const [i, name] of ['webgpu', 'second', 'webgpu', 'second'].entries()) {
      await tf.setBackend(name);
      results.push(product(i % 2 === 0 ? i : i - 1));
    }
    const [a, b, c, d] = await Promise.all(results.map(async result => Array.from(await result.data())));
    expect(b).toEqual(a);
    expect(d).toEqual(c);
    expect(c).not.toEqual(a);
  } finally {
    await tf.setBackend('webgpu');
    tf.removeBackend('second');
  }
});

test('matrix products and their gradients equal the cpu backend’s, batched ones by the stock kernel', async () => {
  const matrix = (rows: number, columns: number, phase: number) =>
    tf.reshape(wave([rows, columns], phase), [rows, columns]) as tf.Tensor2D;
  const results = await onBoth(() => [
    ...valueAndGradients([matrix(5, 13, 0), matrix(13, 6, 1)], ([a, b]) =>
      tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D),
    ),
    tf.matMul(matrix(5, 13, 0), matrix(7, 13, 1), false, true),
    tf.matMul(matrix(13, 5, 0), matrix(13, 8, 1), true, false),
    tf.matMul(matrix(13, 5, 0), matrix(8, 13, 1), true, true),
    tf.fused.matMul({
      ...{ a: matrix(5, 8, 0), b: matrix(8, 12, 1), activation: 'relu' },
      bias: tf.range(0, 12),
    }),
    tf.fused.matMul({
      ...{ a: matrix(5, 100, 0), b: matrix(3, 100, 1), transposeB: true, activation: 'relu' },
      bias: tf.range(0, 3),
    }),
    tf.matMul(
      tf.reshape(wave([2, 3, 4], 0), [2, 3, 4]) as tf.Tensor3D,
      tf.reshape(wave([2, 4, 5], 1), [2, 4, 5]) as tf.Tensor3D,
    ),
  ]);
  expectSame(results);
});

test('sums over all but the last dimension equal the cpu backend’s, others go to the stock kernel', async () => {
  const results = await onBoth(() => [
    tf.sum(tf.reshape(wave([5, 7], 0), [5, 7]), 0),
    tf.sum(tf.reshape(wave([300, 8], 1), [300, 8]), 0, true),
    tf.sum(wave([2, 3, 4, 8], 2), [0, 1, 2], true),
    tf.sum(wave([2, 3, 4, 8], 2), [0, 2]),
    tf.sum(tf.tensor2d([1, -2, 3, 4], [2, 2], 'int32'), 0),
  ]);
  expectSame(results);
});

/** One of every family, as a network would call them. */
function randomOps(
  seed: number,
): { what: string; inputs: number[][]; f: (inputs: tf.Tensor[]) => tf.Tensor }[] {
  const draw = drawOf('ops in tfjs', seed);
  const { int, pick } = draw;
  const channels = () => pick([1, 3, 4, 6, 7, 12]);
  const [inner, rows, classes] = [channels(), int(1, 6), int(1, 9)];
  const kernel = [int(1, 3), int(1, 3)] as const;
  const map = [int(1, 3), int(kernel[0], 8), int(kernel[1], 8), inner];
  const [stride, pad] = [int(1, 3), pick(['same', 'valid'] as const)];
  const pooled = [int(1, 3), int(3, 8), int(3, 8), channels()];
  const own = Array.from({ length: rows }, () => int(-1, classes - 1));
  const count = own.filter(label => label >= 0).length;
  const [activation, share] = [pick([true, false]), pick([0.25, 0.5])];
  return [
    {
      what: `conv2d stride ${stride} ${pad}`,
      inputs: [map, [...kernel, inner, channels()]],
      f: ([x, w]) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad),
    },
    { what: `maxPool ${pad}`, inputs: [pooled], f: ([x]) => maxPool(x as tf.Tensor4D, pad) },
    { what: 'globalAverage', inputs: [pooled], f: ([x]) => globalAveragePool(x as tf.Tensor4D) },
    {
      what: 'dense',
      inputs: [[rows, inner], [inner, classes], [classes]],
      f: ([x, kernel, bias]) => dense(x as tf.Tensor2D, kernel as tf.Tensor2D, bias as tf.Tensor1D),
    },
    {
      what: `cross-entropy of labels ${own}`,
      inputs: [[rows, classes]],
      f: ([x]) => maskedCrossEntropy(x as tf.Tensor2D, tf.tensor1d(own, 'int32'), count),
    },
    { what: 'l2Normalize', inputs: [[rows, inner]], f: ([x]) => l2Normalize(x as tf.Tensor2D) },
    {
      what: 'batchNormRelu',
      inputs: [pooled, pooled.slice(-1)],
      f: ([y, beta]) => batchNormRelu(y as tf.Tensor4D, beta as tf.Tensor1D, null),
    },
    {
      what: 'residualTail',
      inputs: [pooled, [...pooled.slice(0, 3), inner], [1, 1, inner, ...pooled.slice(-1)], pooled.slice(-1)],
      f: ([x, mixed, up, bias]) =>
        residualTail(
          ...([x as tf.Tensor4D, mixed as tf.Tensor4D, up as tf.Tensor4D, bias as tf.Tensor1D] as const),
          ...([0.17, activation] as const),
        ),
    },
    {
      what: `center loss of labels ${own}`,
      inputs: [[], [rows, inner]],
      f: ([base, x]) =>
        withCenterLoss(
          ...([base as tf.Scalar, tf.scalar(0.3), x as tf.Tensor2D, tf.tensor1d(own, 'int32')] as const),
          ...([tf.reshape<tf.Rank.R2>(wave([classes, inner], 3), [classes, inner]), count] as const),
        ),
    },
    {
      what: `dropout of ${share}`,
      inputs: [[rows, inner]],
      f: ([x]) => dropout(x as tf.Tensor2D, tf.tensor1d(drawAt(share, seed, 0, 1), 'int32')),
    },
  ];
}

test.each([1, 2, 3, 4])(
  'values and gradients of random shapes equal the cpu backend’s: seed %i',
  async seed => {
    for (const { what, inputs, f } of randomOps(seed)) {
      const results = await onBoth(() =>
        valueAndGradients(
          inputs.map((shape, i) => tf.reshape(wave(shape, i), shape)),
          f,
        ),
      );
      expectSame(results, `${what} of ${inputs.map(shape => `[${shape}]`).join(' ')}`);
    }
  },
);

test('a tensor cast from integers, whose buffer still holds integers, is multiplied as numbers', async () => {
  const results = await onBoth(() => {
    const targets = tf.cast(tf.oneHot(tf.tensor1d([2, 0, 3], 'int32'), 5), 'float32') as tf.Tensor2D;
    const values = tf.reshape(wave([3, 8], 0), [3, 8]) as tf.Tensor2D;
    return [tf.matMul(targets, values, true, false)];
  });
  expectSame(results);
});

test.each(Object.keys(OPTIMIZERS) as OptimizerId[])(
  'two full steps on our kernels equal the golden values from PyTorch: %s',
  async optimizer => {
    const backend = tf.backend();
    const before = { tensors: tf.memory().numTensors, buffers: backend.numDataIds() };
    const steps = await replayTinyStep(optimizer);
    expect({ tensors: tf.memory().numTensors, buffers: backend.numDataIds() }).toEqual(before);
    expect(await replayTinyStep(optimizer), 'the same steps again, to the bit').toEqual(steps);
    steps.forEach((step, i) => {
      const golden = goldenSteps[optimizer][i] ?? expect.fail(`no golden step ${i}`);
      step.losses.forEach((loss, task) => {
        expect(Math.abs(loss / (golden.losses[task] ?? Number.NaN) - 1)).toBeLessThan(1e-6);
      });
      expect(Math.abs(step.gradientNorm / golden.gradientNorm - 1)).toBeLessThan(1e-5);
      // A parameter near .3 is rounded to ±1.5e-8 in float32 and moved by 1e-4 to 1e-2.
      expect(worstDifference(step.changes, golden.changes).difference).toBeLessThan(1e-3);
      const centers = [{ centers: step.centers }, { centers: golden.centers }] as const;
      expect(worstDifference(...centers).difference).toBeLessThan(1e-5);
      expect(worstDifference(step.statistics, golden.statistics).difference).toBeLessThan(1e-5);
    });
  },
);
