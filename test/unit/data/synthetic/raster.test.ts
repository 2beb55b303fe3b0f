import { expect, test } from 'vitest';
import { ellipse, loop, stroke } from '../../../../workers/data/synthetic/curves';
import { Raster } from '../../../../workers/data/synthetic/raster';

const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);

test('a polygon covers exactly its area, wherever its corners fall between pixels', () => {
  const raster = new Raster(20);
  const triangle = [-0.513, -0.377, 0.611, -0.143, 0.107, 0.719];
  const [ax, ay, bx, by, cx, cy] = triangle as [number, number, number, number, number, number];
  const area = Math.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2;
  // A drawing unit is 10 pixels; coverage is summed in float32.
  expect(sum(raster.mask(triangle))).toBeCloseTo(area * 100, 4);
});

test('what lies outside the picture is cut off at its edges', () => {
  const raster = new Raster(16);
  expect(sum(raster.mask([-3, -3, 3, -3, 3, 3, -3, 3]))).toBeCloseTo(256, 4);
  expect(sum(raster.mask([-3, -3, 0.5, -3, 0.5, 0, -3, 0]))).toBeCloseTo(12 * 8, 4);
  expect(sum(raster.mask([1.5, -1, 3, -1, 3, 1, 1.5, 1]))).toBe(0);
});

test('one shape leaves nothing behind for the next', () => {
  const fresh = new Raster(24);
  const used = new Raster(24);
  const blob = loop([
    [0, -0.7],
    [0.9, 0.1],
    [-0.2, 1.4],
    [-1.3, 0],
  ]);
  for (const shape of [blob, ellipse(0.9, -0.9, 0.4, 0.3)]) used.mask(shape);
  expect(used.mask(ellipse(0, 0, 0.5, 0.5))).toEqual(fresh.mask(ellipse(0, 0, 0.5, 0.5)));
});

test('a placed shape keeps its area times the scale squared when it leans', () => {
  const raster = new Raster(40);
  raster.place({ scale: 0.5, lean: 0.2, x: 0.13, y: -0.07 });
  expect(sum(raster.mask([-0.6, -0.4, 0.6, -0.4, 0.6, 0.4, -0.6, 0.4]))).toBeCloseTo(1.2 * 0.8 * 100, 3);
});

test('a brush stroke is as wide as asked', () => {
  const raster = new Raster(50);
  const line = [-0.5, 0, 0, 0, 0.5, 0];
  expect(sum(raster.mask(stroke(line, () => 0.2)))).toBeCloseTo(1 * 0.2 * 625, 3);
});

test('a mask keeps paint inside', () => {
  const raster = new Raster(16);
  const inside = raster.mask([-1, -1, 0, -1, 0, 1, -1, 1]);
  raster.fill([-1, -1, 1, -1, 1, 1, -1, 1], { colour: [1, 0.5, 0], inside });
  raster.glow(0.5, 0, 0.4, 0.9, { colour: [1, 1, 1], inside });
  expect(raster.rgb.slice(3 * 7, 3 * 7 + 3)).toEqual(Float32Array.of(1, 0.5, 0));
  expect(raster.rgb.slice(3 * 8, 3 * 16)).toEqual(new Float32Array(24));
});
