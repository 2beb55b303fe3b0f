import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type GradientLimits,
  OPTIMIZERS,
  type OptimizerId,
} from '../../../workers/model/optimizers/optimizers';
import { packedOptimizer } from '../../../workers/model/optimizers/packed';
import type { Parameter } from '../../../workers/nets/network';
import type { RunConfig } from '../../../workers/protocol/runs';
import * as tf from '../../../workers/tf/tf';

beforeAll(() => tf.setBackend('cpu'));

const hyper = {
  ...{ momentum: 0.9, rmsDecay: 0.8, epsilon: 0.5 },
  ...{ adamBeta1: 0.7, adamBeta2: 0.95, adamEpsilon: 1e-3 },
};
const limits: GradientLimits = { clipNorm: 0, weightDecay: 0 };
const configOf = (values: Partial<typeof hyper> = {}): RunConfig => ({
  ...{ system: 'expression', preset: 'tiny' },
  ...hyper,
  ...values,
});
const ids = Object.keys(OPTIMIZERS) as OptimizerId[];
const start = { kernel: [1, -2, 3, -4, 5, -6], bias: [0.5, -0.5] };
const gradients = [
  { kernel: [3, -1, 0, 2, -2, 1], bias: [4, -4] },
  { kernel: [-1, 2, 1, 0, 1, -3], bias: [0.1, 0.2] },
];

let parameters: Parameter[];
let before: number;
beforeEach(() => {
  before = tf.memory().numTensors;
  parameters = tf.tidy(() => [
    { name: 'a/kernel', variable: tf.variable(tf.tensor(start.kernel, [2, 3])), decays: true },
    { name: 'a/bias', variable: tf.variable(tf.tensor1d(start.bias)), decays: false },
  ]);
});
afterEach(() => {
  for (const { variable } of parameters) variable.dispose();
  expect(tf.memory().numTensors, 'tensors left behind').toBe(before);
});

const current = () => parameters.flatMap(({ variable }) => Array.from(variable.dataSync()));
const flat = ({ kernel, bias }: typeof start) => [...kernel, ...bias];

/** The formulas, written for one number at a time. */
function byHand(id: OptimizerId, { clipNorm, weightDecay }: GradientLimits) {
  const { momentum, rmsDecay, epsilon, adamBeta1: beta1, adamBeta2: beta2, adamEpsilon } = hyper;
  const values = flat(start);
  const decays = values.map((_, i) => (i < 6 ? weightDecay : 0));
  const m = values.map(() => 0);
  const s = values.map((): number => (id === 'adam' ? 0 : 1));
  const norms: number[] = [];
  for (const [t, step] of gradients.entries()) {
    const rate = [0.1, 0.05][t] ?? 0;
    const g = flat(step).map((v, i) => v + (decays[i] ?? 0) * (values[i] ?? 0));
    const norm = Math.hypot(...g);
    norms.push(norm);
    const clip = clipNorm > 0 ? Math.min(1, clipNorm / norm) : 1;
    for (const [i, raw] of g.entries()) {
      const v = raw * clip;
      if (id === 'sgd') {
        m[i] = momentum * (m[i] ?? 0) + v;
        values[i] = (values[i] ?? 0) - rate * m[i];
      } else if (id === 'adam') {
        m[i] = beta1 * (m[i] ?? 0) + (1 - beta1) * v;
        s[i] = beta2 * (s[i] ?? 0) + (1 - beta2) * v * v;
        const [mean, square] = [m[i] / (1 - beta1 ** (t + 1)), s[i] / (1 - beta2 ** (t + 1))];
        values[i] = (values[i] ?? 0) - (rate * mean) / (Math.sqrt(square) + adamEpsilon);
      } else {
        s[i] = rmsDecay * (s[i] ?? 0) + (1 - rmsDecay) * v * v;
        m[i] = momentum * (m[i] ?? 0) + (rate * v) / Math.sqrt((s[i] ?? 0) + epsilon);
        values[i] = (values[i] ?? 0) - m[i];
      }
    }
  }
  return { values, norms };
}

function run(id: OptimizerId, options: GradientLimits) {
  const optimizer = OPTIMIZERS[id].create(parameters, options, configOf());
  const norms = gradients.map((step, t) => {
    tf.tidy(() =>
      optimizer.apply([tf.tensor(step.kernel, [2, 3]), tf.tensor1d(step.bias)], [0.1, 0.05][t] ?? 0),
    );
    return optimizer.gradientNorm.dataSync()[0] ?? Number.NaN;
  });
  optimizer.dispose();
  return norms;
}

describe.each(ids)('%s', id => {
  test.each([
    ['plain', {}],
    ['with weight decay on the kernel alone', { weightDecay: 0.1 }],
    ['clipped after decay', { weightDecay: 0.1, clipNorm: 2 }],
    ['with a clip that it stays under', { clipNorm: 100 }],
  ])('two steps %s equal the formulas', (_, change) => {
    const options = { ...limits, ...change };
    const norms = run(id, options);
    const wanted = byHand(id, options);
    // Sums of a few float32 numbers below 10.
    current().forEach((value, i) => {
      expect(value, `number ${i}`).toBeCloseTo(wanted.values[i] ?? Number.NaN, 5);
    });
    norms.forEach((norm, t) => {
      expect(norm, `norm ${t}`).toBeCloseTo(wanted.norms[t] ?? Number.NaN, 4);
    });
  });

  test('a parameter without a gradient keeps its momentum going and decays', () => {
    const optimizer = OPTIMIZERS[id].create(
      parameters,
      { ...limits, weightDecay: 0.1 },
      configOf({ momentum: 0 }),
    );
    optimizer.apply([null, null], 0.1);
    optimizer.dispose();
    current().forEach((value, i) => {
      const initial = flat(start)[i] ?? 0;
      if (i < 6) expect(Math.abs(value)).toBeLessThan(Math.abs(initial));
      else expect(value).toBe(initial);
    });
  });

  test('saved and restored it goes on to the bit', () => {
    const [first, second] = gradients.map(step => [
      tf.tensor(step.kernel, [2, 3]),
      tf.tensor1d(step.bias),
    ]) as [tf.Tensor[], tf.Tensor[]];
    const options = { weightDecay: 0.1, clipNorm: 2 };
    const original = OPTIMIZERS[id].create(parameters, options, configOf());
    original.apply(first, 0.1);
    const halfway = current();
    const state = original.state();
    const ofParameters = state.filter(({ name }) => name !== 'optimizer/corrections');
    expect(new Set(ofParameters.map(({ name }) => name.split('/').slice(2).join('/')))).toEqual(
      new Set(['a/kernel', 'a/bias']),
    );
    expect(state.length - ofParameters.length, 'Adam counts its steps').toBe(id === 'adam' ? 1 : 0);
    expect(state.every(({ name }) => name.startsWith('optimizer/'))).toBe(true);
    original.apply(second, 0.05);
    const wanted = current();
    original.dispose();

    tf.tidy(() => {
      parameters[0]?.variable.assign(tf.tensor(halfway.slice(0, 6), [2, 3]));
      parameters[1]?.variable.assign(tf.tensor1d(halfway.slice(6)));
    });
    const copy = OPTIMIZERS[id].create(parameters, options, configOf());
    copy.restore(new Map(state.map(({ name, tensor }) => [name, tensor])));
    copy.apply(second, 0.05);
    expect(current()).toEqual(wanted);
    copy.dispose();
    tf.dispose([state.map(({ tensor }) => tensor), first, second]);
  });

  test('state of another network is refused by name and both shapes, and changes nothing', () => {
    const optimizer = OPTIMIZERS[id].create(parameters, limits, configOf());
    const state = optimizer.state();
    const read = () =>
      tf.tidy(() => optimizer.state().map(({ tensor }) => Array.from(tensor.dataSync()).join()));
    const old = read();
    const map = new Map<string, tf.Tensor>(state.map(({ name, tensor }) => [name, tensor]));
    const key = 'optimizer/momentum/a/bias';
    const wrong = tf.ones([3]);
    expect(() => optimizer.restore(new Map(map).set(key, wrong))).toThrow(
      `${key} has shape [3], wanted is [2]`,
    );
    map.delete(key);
    expect(() => optimizer.restore(map)).toThrow(`${key} is missing`);
    expect(read()).toEqual(old);
    tf.dispose([wrong, state.map(({ tensor }) => tensor)]);
    optimizer.dispose();
  });

  test('a wrong number of gradients is refused', () => {
    const optimizer = OPTIMIZERS[id].create(parameters, limits, configOf());
    expect(() => optimizer.apply([null], 0.1)).toThrow('1 gradients for 2 parameters');
    optimizer.dispose();
  });
});

test('a rule that the fused kernel does not know needs no more than its formula', () => {
  const signs = packedOptimizer(parameters, limits, {
    slots: { momentum: 0 },
    step: (gradient, { momentum }, rate) => ({
      slots: { momentum: tf.clone(momentum) },
      change: tf.mul<tf.Tensor1D>(tf.sign(gradient), rate),
    }),
  });
  const [first] = gradients;
  tf.tidy(() => signs.apply([tf.tensor(first?.kernel ?? [], [2, 3]), tf.tensor1d(first?.bias ?? [])], 0.5));
  signs.dispose();
  expect(current()).toEqual([0.5, -1.5, 3, -4.5, 5.5, -6.5, 0, 0]);
});
