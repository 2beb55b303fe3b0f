import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { resolveConfig } from '../../../workers/config/resolveConfig';
import { isMirrored, mirrorDraw, packBytes } from '../../../workers/gpu/kernels/map/standardise';
import { createModel, disposeModel } from '../../../workers/model/model';
import { standardise } from '../../../workers/ops/standardise';
import { inputValues } from '../../../workers/train/step/stepInputs';

beforeAll(() => tf.setBackend('cpu'));

const size = 5;
const count = size * size * 3;

function standardised(bytes: Uint8Array<ArrayBuffer>, mirror: Int32Array): number[][] {
  const images = bytes.length / count;
  const all = tf.tidy(() =>
    standardise(
      [images, size, size, 3],
      tf.tensor1d(packBytes(bytes), 'int32'),
      tf.tensor1d(mirror, 'int32'),
    ).dataSync(),
  );
  return Array.from({ length: images }, (_, image) => [...all.slice(image * count, (image + 1) * count)]);
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const picture = (images: number) =>
  Uint8Array.from({ length: images * count }, (_, i) => 90 + 80 * Math.sin(1.3 * i));

test('an image has mean 0 and deviation 1; one of a single colour is 0 all over, not infinite', () => {
  const bytes = picture(3);
  bytes.fill(255, count, 2 * count);
  const [first = [], flat = []] = standardised(bytes, mirrorDraw(0, 0));
  expect(sum(first) / count).toBeCloseTo(0, 6);
  expect(sum(first.map(value => value * value)) / count).toBeCloseTo(1, 6);
  expect(new Set(flat)).toEqual(new Set([0]));
});

test('bytes whose number is no multiple of four keep their order', () => {
  const bytes = Uint8Array.of(1, 2, 3, 250, 251);
  expect([...packBytes(bytes)].map(word => word >>> 0)).toEqual([0xfa030201, 0xfb]);
  expect([...new Uint8Array(packBytes(bytes.slice(0, 4)).buffer)]).toEqual([1, 2, 3, 250]);
});

test('a mirrored image is its own with every row reversed, pixel by pixel', () => {
  const images = 20;
  const draw = mirrorDraw(99, 0.5);
  const [plain, mirrored] = [mirrorDraw(99, 0), draw].map(words => standardised(picture(images), words));
  const turned = Array.from({ length: images }, (_, image) => isMirrored(draw, image));
  expect(new Set(turned).size).toBe(2);
  turned.forEach((isTurned, image) => {
    const wanted = Array.from({ length: size }, (_, row) => {
      const pixels = Array.from({ length: size }, (_, column) =>
        plain?.[image]?.slice((row * size + column) * 3, (row * size + column + 1) * 3),
      );
      return isTurned ? pixels.reverse() : pixels;
    }).flat(2);
    expect(mirrored?.[image], `image ${image}`).toEqual(wanted);
  });
});

test('compared runs mirror the same images, each step others, and none by default', () => {
  const batch = {
    ...{ step: 0, size: 2, bytes: new Uint8Array(2 * 16 * 16 * 3), counts: [2, 2] },
    labels: [Int32Array.of(0, 1), Int32Array.of(1, 0)],
  };
  const mirrored = (weighting: 'dynamic' | 'naive', step: number, options: object) => {
    const model = createModel(resolveConfig({ inputSize: 16, ...options }), weighting, [2, 2]);
    const words = inputValues(model, batch, step).get('mirror')?.values ?? [];
    disposeModel(model);
    return Array.from({ length: 64 }, (_, image) => isMirrored(words, image));
  };
  const some = mirrored('dynamic', 3, { mirror: true });
  expect(some).toEqual(mirrored('naive', 3, { mirror: true }));
  expect(some).not.toEqual(mirrored('dynamic', 4, { mirror: true }));
  expect(some).not.toEqual(mirrored('dynamic', 3, { mirror: true, seed: 2 }));
  expect(some.filter(Boolean).length).toBeGreaterThan(16);
  expect(mirrored('dynamic', 3, {})).not.toContain(true);
});
