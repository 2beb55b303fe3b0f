import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { startDevice } from '../../workers/gpu/device';

beforeAll(async () => {
  const { backend } = await startDevice(() => {}, 'webgpu');
  if (backend !== 'webgpu')
    throw new Error('no WebGPU adapter: GPU tests need Chromium with --enable-unsafe-webgpu (see README)');
});

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

/** Sums of up to 300 products of numbers in −1 … 1 in float32, in another order on each side. */
const tolerance = 2e-5;

function expectSame({ gpu, cpu }: { gpu: number[][]; cpu: number[][] }): void {
  cpu.forEach((wanted, t) => {
    expect(gpu[t]?.length).toBe(wanted.length);
    const off = wanted.findIndex((w, i) => {
      const a = gpu[t]?.[i] ?? Number.NaN;
      return !(Object.is(a, w) || a === w || Math.abs(a - w) <= tolerance * Math.max(1, Math.abs(w)));
    });
    if (off >= 0) throw new Error(`tensor ${t}[${off}] is ${gpu[t]?.[off]}, wanted ${wanted[off]}`);
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
