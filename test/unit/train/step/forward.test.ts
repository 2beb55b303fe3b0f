import { beforeAll, describe, expect, test } from 'vitest';
import { resolveConfig } from '../../../../workers/config/resolveConfig';
import { createModel, disposeModel, type Model } from '../../../../workers/model/model';
import * as tf from '../../../../workers/tf/tf';
import { gather } from '../../../../workers/train/step/forward';
import { numbersOf } from '../../../../workers/train/step/report';
import { arrange, inputTensors, inputValues } from '../../../../workers/train/step/stepInputs';
import { Stepper } from '../../../../workers/train/step/stepper';
import type { Remembered } from '../../../../workers/train/step/taskForward';
import { stateOf } from '../../../fixtures/stateOf';

beforeAll(() => tf.setBackend('cpu'));

const config = { seed: 5, steps: 10, batchSize: 4, inputSize: 16, system: 'caricature' } as const;
const classes = [3, 2, 3];
const batch = (step: number, absent: readonly number[] = []) => {
  const labels = classes.map((count, task) =>
    Int32Array.from({ length: 4 }, (_, i) => (absent.includes(task) ? -1 : (i + step) % count)),
  );
  return {
    ...{ step, size: 4, labels, beginsEpoch: false },
    bytes: Uint8Array.from({ length: 4 * 16 * 16 * 3 }, (_, i) => 128 + 127 * Math.sin(i * 0.7 + step)),
    counts: labels.map(column => column.filter(label => label >= 0).length),
  };
};
const weights = [0.2, 1.3, 0.5];

/** The gradients of Σ w_i·L_i for given w, by variable's place among the parameters. */
function gradientsOf(
  model: Model,
  given: readonly number[] = weights,
): { parameters: Map<string, Float32Array>; gram: number[] } {
  Object.assign(model.weighting, {
    weigh: () => ({ weights: tf.tensor1d([...given]), kept: [] }),
  });
  const inputs = inputTensors(inputValues(model, batch(0), 0));
  const images = tf.tidy(() => tf.randomUniform<tf.Rank.R4>([4, 16, 16, 3], -1, 1, 'float32', 3));
  const kept: tf.Tensor[] = [];
  const remembered: Remembered = {
    ...{ losses: [], accuracies: [], embeddings: new Map(), moments: new Map() },
    keep: tensor => {
      kept.push(tf.keep(tensor));
      return tensor;
    },
  };
  const parameters = new Map<string, Float32Array>();
  const products: number[] = [];
  tf.tidy(() => {
    const { gradients, gram } = gather({ model, images, inputs: arrange(inputs, 3), remembered });
    products.push(...(gram?.dataSync() ?? []));
    for (const { name, variable } of model.network.parameters)
      parameters.set(name, Float32Array.from(gradients[variable.name]?.dataSync() ?? []));
  });
  tf.dispose([...kept, images, ...inputs.values()]);
  disposeModel(model);
  return { parameters, gram: products };
}

const modelFor = (given: Record<string, unknown>, weighting: 'static' | 'pcgrad') =>
  createModel(resolveConfig({ ...config, ...given }), weighting, classes);
const wayOf = (at: string, weighBranches: boolean) => ({
  'gradients.at': at,
  'gradients.weighBranches': weighBranches,
});

/** Largest difference as a share of the largest number. */
function apart(a: Float32Array, b: Float32Array): number {
  const largest = Math.max(...a.map(Math.abs), 1e-12);
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN)))) / largest;
}

describe('for the same weights', () => {
  const total = () => gradientsOf(modelFor({}, 'static')).parameters;

  test.each([
    ['features', {}],
    ['parameters', {}],
    ['features', { recompute: true }],
  ] as const)('gradients gathered at the %s (%j) give the total’s own gradient', (at, extra) => {
    const wanted = total();
    const got = gradientsOf(modelFor({ ...wayOf(at, true), ...extra }, 'pcgrad')).parameters;
    for (const [name, gradient] of wanted) {
      expect(gradient.length, name).toBeGreaterThan(0);
      // Sums in another order; the batch norms divide by the deviation of few numbers.
      expect(apart(gradient, got.get(name) ?? new Float32Array()), name).toBeLessThan(1e-4);
    }
  });

  test.each(['features', 'parameters'])(
    'a branch’s gradient at the %s is that of its unweighted loss, unless branches are weighed too',
    at => {
      const plain = gradientsOf(modelFor(wayOf(at, false), 'pcgrad')).parameters;
      const weighed = gradientsOf(modelFor(wayOf(at, true), 'pcgrad')).parameters;
      for (const [name, gradient] of plain) {
        const task = /^(?:branch|head)(\d)/.exec(name)?.[1];
        const factor = task ? (weights[Number(task) - 1] ?? Number.NaN) : 1;
        const scaled = gradient.map(value => value * factor);
        expect(apart(scaled, weighed.get(name) ?? new Float32Array()), name).toBeLessThan(1e-6);
      }
    },
  );

  test('the Gram matrix of the parameters’ gradients is that of three single-task gradients', () => {
    const { gram } = gradientsOf(modelFor(wayOf('parameters', false), 'pcgrad'));
    const single = [0, 1, 2].map(task => {
      const model = modelFor({}, 'static');
      const only = [0, 1, 2].map(other => Number(other === task));
      const { parameters } = gradientsOf(model, only);
      return [...parameters]
        .filter(([name]) => name.startsWith('trunk/'))
        .flatMap(([, values]) => [...values]);
    });
    const dot = (a: readonly number[] = [], b: readonly number[] = []) =>
      a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
    const wanted = [0, 1, 2].flatMap(i => [0, 1, 2].map(j => dot(single[i], single[j])));
    const scale = Math.max(...wanted.map(Math.abs));
    wanted.forEach((value, i) => {
      expect(Math.abs((gram[i] ?? Number.NaN) - value) / scale, `entry ${i}`).toBeLessThan(1e-4);
    });
  });
});

test('recorded gradients of tasks change nothing of a run, fit their columns, and a task without a sample has none', async () => {
  const states = [];
  const reports = [];
  for (const reportGradients of [false, true]) {
    const model = createModel(resolveConfig({ ...config, reportGradients }), 'dynamic', classes);
    const stepper = new Stepper(model);
    await stepper.step(batch(0), 0);
    const tensors = tf.memory().numTensors;
    reports.push(await stepper.step(batch(1, [1]), 1));
    expect(tf.memory().numTensors, 'tensors left by a step').toBe(tensors);
    states.push(await stateOf(model));
    stepper.dispose();
    disposeModel(model);
  }
  expect(states[1]).toEqual(states[0]);
  const [plain, recorded] = reports;
  if (!plain || !recorded) throw new Error('two reports expected');
  expect(numbersOf(recorded, 'loss')).toEqual(numbersOf(plain, 'loss'));
  expect(numbersOf(plain, 'gradientCosine')).toEqual([]);
  const [first, absent, third] = numbersOf(recorded, 'taskGradientNorm');
  expect(first).toBeGreaterThan(0);
  expect(absent).toBeNaN();
  expect(third).toBeGreaterThan(0);
  const [oneTwo, oneThree = Number.NaN, twoThree] = numbersOf(recorded, 'gradientCosine');
  expect(oneTwo).toBeNaN();
  expect(Math.abs(oneThree)).toBeLessThanOrEqual(1 + 1e-6);
  expect(twoThree).toBeNaN();
});
