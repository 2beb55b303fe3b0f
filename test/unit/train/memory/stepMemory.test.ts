import { beforeAll, expect, test } from 'vitest';
import { resolveConfig } from '../../../../workers/config/resolveConfig';
import * as tf from '../../../../workers/tf/tf';
import { stepMemory, togetherOf } from '../../../../workers/train/memory/stepMemory';
import { defaultTraits, installWebGpuNames } from '../../../fixtures/nodeWebGpu';

beforeAll(installWebGpuNames);

const MiB = 2 ** 20;
const classes = [118, 7];
const paper = (batchSize: number) =>
  stepMemory(defaultTraits(), resolveConfig({ preset: 'paper', batchSize }), 'dynamic', classes);

test('the papers’ network at 160 px and width 1 needs less than 13 MiB an image on top of its weights', () => {
  const [at32, at90] = [paper(32), paper(90)];
  const activations = ({ planned, inputs, fixed }: typeof at90) => planned + inputs + fixed;
  // Gradients, as large as the network, are among the planned values.
  expect(activations(at90) / 90 / MiB).toBeLessThan(13);
  expect((at90.held - at32.held) / (90 - 32) / MiB).toBeLessThan(12.5);
  expect(at90.parameters / MiB).toBeGreaterThan(49);
  expect(at90.state / at90.parameters, 'parameters and RMSprop’s two slots').toBeCloseTo(3, 1);
  expect(at90.largest, 'stem3’s output').toBe(90 * 77 * 77 * 64 * 4);
});

test('a rehearsal leaves tfjs as it was: backend, tensors, variables', () => {
  const tensor = tf.tensor1d([1, 2]);
  const before = { ...tf.memory(), backend: tf.getBackend() };
  stepMemory(defaultTraits(), resolveConfig({ preset: 'tiny' }), 'dynamic', classes);
  expect({ ...tf.memory(), backend: tf.getBackend() }).toEqual(before);
  expect(Array.from(tf.square(tensor).dataSync())).toEqual([1, 4]);
  tensor.dispose();
});

test('a run holds its state, its inputs, its planned values and next to nothing else', () => {
  for (const preset of ['tiny', 'mini']) {
    const { state, inputs, planned, fixed, held, recorded } = stepMemory(
      defaultTraits(),
      resolveConfig({ preset }),
      'naive',
      classes,
    );
    expect(held / (state + inputs + planned + fixed), preset).toBeCloseTo(1, 1);
    expect(planned, preset).toBeLessThan(recorded);
  }
});

test('scoring the held-out split takes a quarter of what a first step takes on top, so that no peak is an evaluation’s', () => {
  const at90 = paper(90);
  const { evaluation, recorded } = at90;
  expect(evaluation.recorded / recorded).toBeCloseTo(0.25, 1);
  const { scoring, peak } = togetherOf([at90]);
  expect(scoring).toBeLessThan(peak);
});

test('compared runs may score at the same time: each holds its pass, one at a time is recorded', () => {
  const at32 = paper(32);
  const { held, evaluation } = at32;
  const { scoring } = togetherOf([at32, at32]);
  expect(scoring).toBe(2 * held + 2 * evaluation.held + evaluation.recorded);
});
