/** Compares tfjs's own ops, whose kernels are replaced, with its cpu backend. */

import '../fixtures/moreKernels';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { profileGpu } from '../../workers/gpu/profile';
import { chooseTile, isSoftware, setTile, tileOf } from '../../workers/gpu/tileChoice';
import { measureTile } from '../../workers/gpu/tileMeasure';
import { convGeometry } from '../../workers/gpu/wgsl/convGeometry';
import * as tf from '../../workers/tf/tf';
import { WebGPUBackend } from '../../workers/tf/webgpu';
import { expectSame, valuesOnBoth } from '../fixtures/bothBackends';
import { valueAndGradients, wave } from '../fixtures/opCases';
import { type WatchedDevice, watchDevice } from '../fixtures/watchedDevice';

let watched: WatchedDevice;
beforeAll(async () => {
  watched = await watchDevice();
});
// A kernel that fails leaves old values in a reused buffer. They may even be right, so the errors of the device are
// checked too.
afterEach(() => expect(watched.errors).toEqual([]));

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
    const results = await valuesOnBoth(() =>
      valueAndGradients([wave(input, 0), wave(filter, 1)], (x, w) =>
        tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad),
      ),
    );
    expectSame(results);
  },
);

test('on hardware a flavour of tile is measured once for an adapter and then kept', async () => {
  const { device } = watched.backend;
  if (isSoftware(device)) expect(tileOf(device)).toBe('quads');
  const vendor = crypto.randomUUID();
  const hardware = (): GPUDevice =>
    Object.create(device, { adapterInfo: { value: { vendor, isFallbackAdapter: false } } });
  let measured = 0;
  const measure = (tile: 'registers' | 'shared') => async () => {
    measured++;
    return tile;
  };
  const first = hardware();
  expect(await chooseTile(first, measure('shared'))).toBe('shared');
  expect(tileOf(first)).toBe('shared');
  expect(await chooseTile(hardware(), measure('registers'))).toBe('shared');
  expect(measured).toBe(1);
});

test('a flavour has a time to choose it by, and none that the device refuses', async () => {
  const { device } = watched.backend;
  const small = convGeometry([1, 8, 8, 4], [1, 1, 4], 1, 'same');
  for (const tile of ['registers', 'shared'] as const)
    expect(await measureTile(device, tile, small), tile).toBeLessThan(Number.POSITIVE_INFINITY);
  const withoutSubgroups = await (await navigator.gpu.requestAdapter())?.requestDevice();
  if (!withoutSubgroups) throw new Error('there was an adapter a moment ago');
  expect(await measureTile(withoutSubgroups, 'quads', small)).toBe(Number.POSITIVE_INFINITY);
  withoutSubgroups.destroy();
});

test('shared-memory tiles give the same convolution and gradients', async () => {
  const { backend } = watched;
  const { device } = backend;
  const before = tileOf(device);
  const labels: string[] = [];
  const inputs = () => [wave([2, 12, 12, 36], 0), wave([3, 3, 36, 34], 1)];
  const convolve = (x?: tf.Tensor, w?: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same');
  setTile(device, 'shared');
  try {
    expectSame(await valuesOnBoth(() => valueAndGradients(inputs(), convolve)));
    const times = await profileGpu(backend, () => tf.tidy(() => void convolve(...inputs())));
    labels.push(...times.map(({ label }) => label));
  } finally {
    setTile(device, before);
  }
  expect(labels).toContain('convForwardShared');
});

test('an infinite pixel reaches its own window and no padded border', async () => {
  const image = tf.buffer([1, 4, 4, 4]);
  image.set(Number.POSITIVE_INFINITY, 0, 0, 0, 0);
  const values = await image.toTensor().data();
  const results = await valuesOnBoth(() => [
    tf.conv2d(tf.tensor4d(values, [1, 4, 4, 4]), tf.ones([3, 3, 4, 4]), 1, 'same'),
  ]);
  expect(results.cpu[0]?.filter(value => value === Number.POSITIVE_INFINITY).length).toBe(16);
  expectSame(results);
});

test('a fused convolution adds its bias and cuts at zero', async () => {
  const results = await valuesOnBoth(() => [
    tf.fused.conv2d({
      ...{ x: wave([2, 5, 5, 8], 0), filter: wave([1, 1, 8, 12], 1), strides: 1, pad: 'same' },
      ...{ bias: tf.tensor1d(Array.from({ length: 12 }, (_, i) => i / 10 - 0.5)), activation: 'relu' },
    }),
  ]);
  expect(results.cpu[0]?.some(value => value === 0)).toBe(true);
  expectSame(results);
});

test('what our kernels do not cover goes to the stock kernel: dilation, NCHW, other activations', async () => {
  const x = () => wave<tf.Tensor4D>([1, 8, 8, 4], 0);
  const w = () => wave<tf.Tensor4D>([3, 3, 4, 4], 1);
  const dilated = await valuesOnBoth(() => [tf.conv2d(x(), w(), 1, 'same', 'NHWC', 2)]);
  expectSame(dilated);
  const elu = await valuesOnBoth(() => [
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
      tf.grad(w =>
        tf.sum(tf.square(tf.conv2d(wave<tf.Tensor4D>([4, 16, 16, 8], 0), w as tf.Tensor4D, 1, 'same'))),
      )(wave([3, 3, 8, 16], 1)),
    );
  const [first, second] = [gradient(), gradient()];
  expect(await first.data()).toEqual(await second.data());
  tf.dispose([first, second]);
});

test('matrix products and their gradients equal the cpu backend’s, batched ones by the stock kernel', async () => {
  const matrix = (rows: number, columns: number, phase: number) => wave<tf.Tensor2D>([rows, columns], phase);
  const results = await valuesOnBoth(() => [
    ...valueAndGradients([matrix(5, 13, 0), matrix(13, 6, 1)], (a, b) =>
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
    tf.matMul(wave<tf.Tensor3D>([2, 3, 4], 0), wave<tf.Tensor3D>([2, 4, 5], 1)),
  ]);
  expectSame(results);
});

test('sums over all but the last dimension equal the cpu backend’s, others go to the stock kernel', async () => {
  const results = await valuesOnBoth(() => [
    tf.sum(wave([5, 7], 0), 0),
    tf.sum(wave([300, 8], 1), 0, true),
    tf.sum(wave([2, 3, 4, 8], 2), [0, 1, 2], true),
    tf.sum(wave([2, 3, 4, 8], 2), [0, 2]),
    tf.sum(tf.tensor2d([1, -2, 3, 4], [2, 2], 'int32'), 0),
  ]);
  expectSame(results);
});

test('maps that are joined by channels, split and added equal the cpu backend’s, and so do their gradients', async () => {
  const map = (channels: number, phase: number) => wave<tf.Tensor4D>([2, 3, 5, channels], phase);
  const joined = (channels: readonly number[]) =>
    valueAndGradients(channels.map(map), (...maps) => {
      const join = tf.concat(maps as tf.Tensor4D[], 3);
      // Three layers read one map, so the tape adds two of the gradients to the first.
      return tf.add(tf.mul(join, join), join);
    });
  const results = await valuesOnBoth(() => [...joined([8, 4, 12]), ...joined([3, 5]), ...joined([1])]);
  expectSame(results);
});

test('joins, splits and sums that are not of maps by channels go to the stock kernel', async () => {
  const maps = (count: number) => Array.from({ length: count }, (_, i) => wave<tf.Tensor4D>([1, 2, 2, 4], i));
  const results = await valuesOnBoth(() => [
    tf.concat(maps(2), 1),
    tf.concat(maps(12), 3),
    tf.concat([wave([2, 3], 0), wave([2, 5], 1)], 1),
    tf.concat([tf.ones([1, 2, 2, 4], 'int32'), tf.zeros([1, 2, 2, 3], 'int32')], 3),
    ...tf.split(wave([1, 4, 2, 4], 0), 2, 1),
    ...tf.split(wave([2, 6], 0), [2, 4], 1),
    ...tf.split(wave([1, 2, 2, 8], 0), [4, 0, 4], 3),
    tf.add(wave([1, 2, 2, 4], 0), wave([4], 1)),
    tf.add(tf.ones([1, 2, 2, 4], 'int32'), tf.ones([1, 2, 2, 4], 'int32')),
  ]);
  expectSame(results);
});

test('a tensor cast from integers, whose buffer still holds integers, is multiplied as numbers', async () => {
  const results = await valuesOnBoth(() => {
    const targets = tf.cast(tf.oneHot(tf.tensor1d([2, 0, 3], 'int32'), 5), 'float32') as tf.Tensor2D;
    const values = wave<tf.Tensor2D>([3, 8], 0);
    return [tf.matMul(targets, values, true, false)];
  });
  expectSame(results);
});

test('a second WebGPU backend runs copied kernels in its own stream, interleaved with the first', async () => {
  tf.registerBackend('second', () => new WebGPUBackend(watched.backend.device), 0);
  tf.copyRegisteredKernels('webgpu', 'second');
  const product = (phase: number) => {
    const matrix = tf.add(wave([8, 8], phase), 1) as tf.Tensor2D;
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
