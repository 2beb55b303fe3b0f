import { beforeAll, expect, test } from 'vitest';
import * as tf from '../../../workers/tf/tf';
import { dynamic } from '../../../workers/weighting/dynamic';
import { contextOf, normals, plain, stepLosses, zSize } from './fixture';

beforeAll(() => tf.setBackend('cpu'));

test('the unit’s report, off by default, is exp(f) and the length of the step that a rate of 1 makes', () => {
  const z = normals([4, zSize], 'z');
  const options = { ...plain, 'unit.init': 'xavier', 'unit.normaliseZ': false };
  const ids = (weighting: ReturnType<typeof dynamic.create>) => weighting.columns?.map(({ id }) => id);
  expect(ids(dynamic.create(contextOf(2, options)))).toEqual(['shortestSquare']);

  const weighting = dynamic.create(contextOf(2, { ...options, 'unit.report': true }));
  expect(ids(weighting)).toEqual([
    ...['shortestSquare', 'unitExponential/t0', 'unitExponential/t1'],
    'unitGradientNorm',
  ]);
  const [psi, b] = weighting.variables.map(({ variable }) => variable.clone());
  if (!psi || !b) throw new Error('the unit has two variables');
  const step = stepLosses(weighting, z, [4, 1], { learningRate: 0.1 });
  const { report, kept } = weighting.weigh(step);
  const moved = weighting.update({ ...step, kept, gradients: [] });

  const [features, rows] = [z.arraySync(), psi.arraySync() as number[][]];
  rows.forEach((row, task) => {
    const mean =
      features.reduce((sum, own) => sum + Math.exp(own.reduce((f, x, k) => f + x * (row[k] ?? 0), 0)), 0) / 4;
    expect(report?.unitExponential?.dataSync()[task]).toBeCloseTo(mean, 4);
  });
  const [psiNow, bNow] = weighting.variables.map(({ variable }) => variable);
  const stepped = [...tf.sub(psi, psiNow ?? psi).dataSync(), ...tf.sub(b, bNow ?? b).dataSync()];
  expect(moved?.unitGradientNorm?.dataSync()[0]).toBeCloseTo(Math.hypot(...stepped), 5);
});
