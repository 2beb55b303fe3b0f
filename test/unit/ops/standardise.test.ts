import { beforeAll, expect, test } from 'vitest';
import { resolveConfig } from '../../../workers/config/resolveConfig';
import { augmentationOf, augmentDraw, packBytes } from '../../../workers/gpu/kernels/map/standardise';
import { createModel, disposeModel } from '../../../workers/model/model';
import { standardise } from '../../../workers/ops/standardise';
import * as tf from '../../../workers/tf/tf';
import { inputValues } from '../../../workers/train/step/stepInputs';

beforeAll(() => tf.setBackend('cpu'));

const size = 5;
const count = size * size * 3;

function standardised(bytes: Uint8Array<ArrayBuffer>, augment: Int32Array): number[][] {
  const images = bytes.length / count;
  const all = tf.tidy(() =>
    standardise(
      [images, size, size, 3],
      tf.tensor1d(packBytes(bytes), 'int32'),
      tf.tensor1d(augment, 'int32'),
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
  const [first = [], flat = []] = standardised(bytes, augmentDraw(0, 0, 0));
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
  const draw = augmentDraw(99, 0.5, 0);
  const [plain, mirrored] = [augmentDraw(99, 0, 0), draw].map(words => standardised(picture(images), words));
  const turned = Array.from({ length: images }, (_, image) => augmentationOf(draw, image).turned);
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

test('a shifted image shows its neighbours’ pixels, the edge’s where there is none, and is standardised as it then is', () => {
  const images = 12;
  const bytes = picture(images);
  const augment = augmentDraw(5, 0.5, 2);
  const shifted = standardised(bytes, augment);
  const inside = (place: number) => Math.min(Math.max(place, 0), size - 1);
  const moved = Uint8Array.from({ length: bytes.length }, (_, i) => {
    const image = Math.floor(i / count);
    const [row, column] = [Math.floor((i % count) / 3 / size), Math.floor((i % count) / 3) % size];
    const { turned, right, down } = augmentationOf(augment, image);
    const from = inside(column + right);
    const pixel = inside(row + down) * size + (turned ? size - 1 - from : from);
    return bytes[image * count + 3 * pixel + (i % 3)] ?? 0;
  });
  expect(shifted).toEqual(standardised(moved, augmentDraw(0, 0, 0)));
});

test('shifts reach every pixel from −2 to 2 in both directions about as often, whatever is mirrored', () => {
  const draws = Array.from({ length: 5000 }, (_, image) => augmentationOf(augmentDraw(3, 0.5, 2), image));
  for (const turned of [true, false]) {
    const own = draws.filter(other => other.turned === turned);
    expect(Math.abs(own.length / draws.length - 0.5)).toBeLessThan(0.03);
    for (const way of ['right', 'down'] as const)
      for (const shift of [-2, -1, 0, 1, 2]) {
        const share = own.filter(other => other[way] === shift).length / own.length;
        expect(Math.abs(share - 0.2), `${way} ${shift}`).toBeLessThan(0.04);
      }
  }
  expect(draws.every(({ right, down }) => Math.abs(right) <= 2 && Math.abs(down) <= 2)).toBe(true);
});

test('compared runs mirror and shift the same images, each step others, and none by default', () => {
  const batch = {
    ...{ step: 0, size: 2, beginsEpoch: false, bytes: new Uint8Array(2 * 16 * 16 * 3), counts: [2, 2] },
    labels: [Int32Array.of(0, 1), Int32Array.of(1, 0)],
  };
  const augmentations = (weighting: 'dynamic' | 'naive', step: number, options: object) => {
    const model = createModel(resolveConfig({ inputSize: 16, ...options }), weighting, [2, 2]);
    const words = inputValues(model, batch, step).get('augment')?.values ?? [];
    disposeModel(model);
    return Array.from({ length: 64 }, (_, image) => augmentationOf(words, image));
  };
  const mirrored = (...given: Parameters<typeof augmentations>) =>
    augmentations(...given).map(({ turned }) => turned);
  const some = mirrored('dynamic', 3, { mirror: true });
  expect(some).toEqual(mirrored('naive', 3, { mirror: true }));
  expect(some).not.toEqual(mirrored('dynamic', 4, { mirror: true }));
  expect(some).not.toEqual(mirrored('dynamic', 3, { mirror: true, seed: 2 }));
  expect(some.filter(Boolean).length).toBeGreaterThan(16);
  expect(mirrored('dynamic', 3, {})).not.toContain(true);
  const shifted = (...given: Parameters<typeof augmentations>) =>
    augmentations(...given).map(({ right, down }) => [right, down]);
  const moved = shifted('dynamic', 3, { shift: 3 });
  expect(moved).toEqual(shifted('naive', 3, { shift: 3 }));
  expect(moved).not.toEqual(shifted('dynamic', 4, { shift: 3 }));
  expect(moved).not.toEqual(shifted('dynamic', 3, { shift: 3, seed: 2 }));
  expect(new Set(shifted('dynamic', 3, {}).flat())).toEqual(new Set([0]));
});
