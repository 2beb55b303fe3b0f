import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '../../../workers/tf/tf';
import { dynamic } from '../../../workers/weighting/dynamic';
import { naive } from '../../../workers/weighting/naive';
import type { Weighting } from '../../../workers/weighting/weighting';
import { contextOf, normals, stepLosses, totalOf, weightsOf, zSize } from './fixture';

beforeAll(() => tf.setBackend('cpu'));

const z = () => normals([4, zSize], 'absent');
const present = [true, false, true];

/** One step as the trainer does it: the gradient of the total, then the strategy's own move. */
function step(weighting: Weighting, losses: readonly number[]): void {
  tf.tidy(() => {
    const given = stepLosses(weighting, z(), losses, { learningRate: 0.1 }, present);
    const forward = () => {
      const weighed = weighting.weigh(given);
      for (const tensor of weighed.kept) tf.keep(tensor);
      kept = weighed.kept;
      return totalOf(weighting, given.losses, weighed);
    };
    let kept: readonly tf.Tensor[] = [];
    const trained = [...weighting.trainedByTotal];
    const grads = trained.length > 0 ? tf.variableGrads(forward, trained).grads : {};
    if (trained.length === 0) forward();
    weighting.update({ ...given, kept, gradients: trained.map(v => grads[v.name] as tf.Tensor) });
    tf.dispose([...kept]);
  });
}

const variants = [
  { name: 'as it is by default', options: {} },
  {
    name: 'with normalised logits',
    options: { 'unit.init': 'xavier', 'unit.normaliseLogits': true, 'unit.rescale': false },
  },
  { name: 'with decay', options: { 'unit.init': 'xavier', weightDecay: 0.1 } },
];

describe.each([
  ['dynamic', dynamic],
  ['naive', naive],
] as const)('%s', (_, entry) => {
  test.each(variants)(
    '$name: an absent task has weight 0, the others share 1, and its row of Ψ stays as it is',
    ({ options }) => {
      const weighting = entry.create(contextOf(3, options));
      const rows = () =>
        weighting.variables.map(({ variable }) => (variable.arraySync() as (number | number[])[])[1]);
      const before = rows();
      for (let i = 0; i < 20; i++) step(weighting, [3, 0, 2]);
      expect(rows()).toEqual(before);
      const weights = weightsOf(weighting, z(), 3, present);
      expect(weights[1]).toBe(0);
      expect((weights[0] ?? 0) + (weights[2] ?? 0)).toBeCloseTo(1, 6);
    },
  );

  test('an absent task attracts no weight: back in the batch after 20 steps of equal losses, it has a third', () => {
    const weighting = entry.create(contextOf(3));
    for (let i = 0; i < 20; i++) step(weighting, [3, 0, 3]);
    for (const weight of weightsOf(weighting, z(), 3)) expect(weight).toBeCloseTo(1 / 3, 5);
  });

  test('of two tasks of which one is absent, the other has all the weight and nothing moves', () => {
    const weighting = entry.create(contextOf(2, { 'unit.init': 'xavier' }));
    const before = weighting.variables.map(({ variable }) => Array.from(variable.dataSync()));
    tf.tidy(() => {
      const given = stepLosses(weighting, z(), [3, 0], {}, [true, false]);
      const { kept, weights } = weighting.weigh(given);
      expect(Array.from(weights.dataSync())).toEqual([1, 0]);
      const gradients = weighting.trainedByTotal.map(v => tf.zerosLike(v));
      weighting.update({ ...given, kept, gradients });
    });
    expect(weighting.variables.map(({ variable }) => Array.from(variable.dataSync()))).toEqual(before);
  });
});
