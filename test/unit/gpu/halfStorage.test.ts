import { expect, test } from 'vitest';
import { resolveConfig } from '../../../workers/config/resolveConfig';
import { batchNormWhole } from '../../../workers/gpu/kernels/batchNorm/batchNormWhole';
import { addMaps } from '../../../workers/gpu/kernels/map/addMaps';
import { type Halves, halfFlavour, withHalves } from '../../../workers/gpu/wgsl/halfStorage';
import { programFor } from '../../../workers/gpu/wgsl/programFor';
import { createModel, disposeModel } from '../../../workers/model/model';
import * as tf from '../../../workers/tf/tf';
import { Stepper } from '../../../workers/train/step/stepper';
import { packHalves, unpackHalves } from '../../fixtures/halves';

const packed = (scales: Halves['scales']): Halves => ({ flavour: 'packed', scales });

test('only the bindings that are halves are reached by calls', () => {
  const { wgsl } = withHalves(addMaps.wgsl({ size: 8 }), packed({ 0: 1024, 2: 1 }));
  expect(wgsl).toContain('sumPut(i32(i), a[i] + bAt(i32(i)));');
  expect(wgsl).toContain('var<storage, read> a: array<vec4<f32>>;');
  expect(wgsl).toContain('var<storage, read> b: array<vec2<u32>>;');
});

test('a buffer of halves has its length in words written out', () => {
  const { wgsl } = programFor(addMaps, { size: 8 }, packed({ 0: 1024 }));
  expect(wgsl).toContain('sum: array<vec2<u32>, 2>;');
  expect(wgsl).toContain('a: array<vec4<f32>, 2>;');
  const scalar = programFor(batchNormWhole, { rows: 2, channels: 8, epsilon: 1e-3 }, packed({ 3: 1 }));
  expect(scalar.wgsl).toContain('y: array<u32, 8>;');
});

test('where the device has shader-f16 halves are numbers of their own, and the directive stands before all others', () => {
  const halves: Halves = {
    flavour: halfFlavour({ features: new Set(['shader-f16']) }),
    scales: { 0: 1024, 2: 1 },
  };
  const program = addMaps.wgsl({ size: 8 });
  const directive = 'diagnostic(off, derivative_uniformity);';
  const { wgsl } = withHalves({ ...program, wgsl: directive + program.wgsl }, halves);
  expect(wgsl).toMatch(/^enable f16;\ndiagnostic/);
  expect(wgsl).toContain('sumPut(i32(i), a[i] + bAt(i32(i)));');
  expect(programFor(addMaps, { size: 8 }, halves).wgsl).toContain('sum: array<vec4<f16>, 2>;');
  const scalar = { ...halves, scales: { 3: 1 } };
  const { wgsl: whole } = programFor(batchNormWhole, { rows: 2, channels: 8, epsilon: 1e-3 }, scalar);
  expect(whole).toContain('y: array<f16, 16>;');
  expect(halfFlavour({ features: new Set() })).toBe('packed');
});

test('a buffer written number by number cannot be halves, nor one that the program does not bind', () => {
  const program = batchNormWhole.wgsl({ rows: 2, channels: 8, epsilon: 1e-3 });
  expect(() => withHalves(program, packed({ 0: 1 }))).toThrow(/cannot keep binding 0 as halves/);
  expect(() => withHalves(program, packed({ 9: 1 }))).toThrow(/cannot keep binding 9 as halves/);
});

test('the halves of the tests are those of IEEE 754: ties to even, subnormal, infinite and NaN', () => {
  const values = [1, -2, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 ** -24, 2 ** -14, 65_504, 65_520, Number.NaN, 0];
  expect(Array.from(unpackHalves(packHalves(values, 1), 1))).toEqual([
    ...[1, -2, 1, 1 + 2 ** -9, 2 ** -24, 2 ** -14, 65_504],
    ...[Number.POSITIVE_INFINITY, Number.NaN, 0],
  ]);
  expect(unpackHalves(packHalves([3e-9, 1], 1024), 1024)[0]).toBeCloseTo(3e-9, 10);
});

test('without WebGPU a run asked for half precision says that it computes in float32', async () => {
  await tf.setBackend('cpu');
  const model = createModel(resolveConfig({ precision: 'half', inputSize: 16 }), 'equal', [3, 2]);
  expect(new Stepper(model).warning).toMatch(/Half precision needs WebGPU/);
  disposeModel(model);
});
