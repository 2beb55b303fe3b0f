import { expect, test } from 'vitest';
import { convFilterGradient } from '../../../workers/gpu/kernels/conv/convFilterGradient';
import { convForward } from '../../../workers/gpu/kernels/conv/convForward';
import { KERNELS } from '../../../workers/gpu/kernels/kernels';
import { innerSplits } from '../../../workers/gpu/kernels/map/matMulTransposed';
import { convCases, convGeometry } from '../../../workers/gpu/wgsl/convGeometry';
import { filterGradientSplits } from '../../../workers/gpu/wgsl/filterTiling';
import { columnSplits, divisorUpTo, flatGrid, float } from '../../../workers/gpu/wgsl/kernel';
import { groupsOf } from '../../../workers/gpu/wgsl/parameterGroup';
import { programFor } from '../../../workers/gpu/wgsl/programFor';

test('every kernel is registered under its own name', () => {
  for (const [key, kernel] of Object.entries(KERNELS)) expect(kernel.name).toBe(key);
});

test('a pipeline’s key, its WGSL, tells every size and every epilogue apart', () => {
  const texts = convCases.flatMap(geometry => [
    convForward.wgsl({ geometry }).wgsl,
    convForward.wgsl({ geometry, relu: true }).wgsl,
    convForward.wgsl({ geometry, bias: true }).wgsl,
    convForward.wgsl({ geometry, scale: 0.5 }).wgsl,
    convFilterGradient.wgsl({ geometry, splits: 1 }).wgsl,
  ]);
  expect(new Set(texts).size).toBe(texts.length);
});

test('no part of a split reduction is empty, whatever the size', () => {
  for (let rows = 1; rows < 200; rows += 7) {
    for (const threads of [1, 64, 8192]) {
      const { splits } = columnSplits(rows, 12, threads);
      expect((splits - 1) * Math.ceil(rows / splits)).toBeLessThan(rows);
      const inner = innerSplits(rows, 4 * rows, threads);
      expect((inner - 1) * Math.ceil(rows / inner)).toBeLessThan(rows);
      for (const geometry of convCases) {
        const batch = { ...geometry, batch: rows };
        const all = rows * geometry.outHeight;
        const parts = filterGradientSplits(batch, threads);
        expect((parts - 1) * Math.ceil(all / parts)).toBeLessThan(all);
      }
    }
  }
});

test('a flat grid has a thread for every element and never more than 65 535 workgroups a dimension', () => {
  for (const threads of [1, 64, 65, 4_000_000, 36_864_000]) {
    const [x, y, z] = flatGrid(threads);
    expect(x * y * z * 64).toBeGreaterThanOrEqual(threads);
    expect(Math.max(x, y, z)).toBeLessThanOrEqual(65_535);
  }
});

test('groups keep the parameters’ order and say where each begins in a slot', () => {
  const parameters = { sizes: [3, 5, 7, 11], decays: [0, 1, 0, 1] };
  expect(groupsOf(parameters, 4, decay => (decay === 0 ? 1 : 2))).toEqual([
    { sizes: [3, 5, 7], decays: [0, 1, 0], start: 0, first: 0 },
    { sizes: [11], decays: [1], start: 3, first: 15 },
  ]);
  expect(groupsOf(parameters, 5, () => 2).map(({ sizes }) => sizes)).toEqual([
    [3, 5],
    [7, 11],
  ]);
});

test('a number keeps its float32 value in WGSL', () => {
  for (const value of [1, 1e-3, 1 / 48, -0.17, 1e30])
    expect(Number(float(value).slice(0, -1))).toBe(Math.fround(value));
});

test('a divisor up to a limit divides and is the largest', () => {
  expect([divisorUpTo(12, 4), divisorUpTo(6, 4), divisorUpTo(7, 4), divisorUpTo(2, 4)]).toEqual([4, 3, 1, 2]);
});

test('a program names the length of each float buffer, in vectors where it is read by vectors', () => {
  const geometry = convGeometry([2, 5, 5, 3], [3, 3, 8], 1, 'same');
  const { wgsl } = programFor(convForward, { geometry, bias: true });
  expect(wgsl).toContain('output: array<vec4<f32>, 100>;');
  expect(wgsl).toContain('input: array<f32, 150>;');
  expect(wgsl).toContain('weights: array<vec4<f32>, 54>;');
  expect(wgsl).toContain('bias: array<vec4<f32>, 2>;');
});
