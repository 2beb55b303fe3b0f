import { beforeAll, expect, test } from 'vitest';
import { resolveConfig } from '../../../../workers/config/resolveConfig';
import { weightingId } from '../../../../workers/config/strategy';
import { createModel, disposeModel } from '../../../../workers/model/model';
import * as tf from '../../../../workers/tf/tf';
import { numbersOf } from '../../../../workers/train/step/report';
import { Stepper } from '../../../../workers/train/step/stepper';
import type { WeightingEntry } from '../../../../workers/weighting/weighting';
import { WEIGHTINGS } from '../../../../workers/weighting/weightings';

beforeAll(() => tf.setBackend('cpu'));

const config = { seed: 5, steps: 10, batchSize: 4, inputSize: 16 };
const batch = (step: number, labels: readonly number[][]) => ({
  ...{ step, size: 4, beginsEpoch: false },
  bytes: Uint8Array.from({ length: 4 * 16 * 16 * 3 }, (_, i) => 128 + 127 * Math.sin(i + step)),
  labels: labels.map(column => Int32Array.from(column)),
  counts: labels.map(column => column.filter(label => label >= 0).length),
});

test.each(Object.entries<WeightingEntry>(WEIGHTINGS))(
  'a %s step without any sample of a task has no loss and no accuracy there, moves no head of it, and leaks nothing',
  async (id, { normalised }) => {
    const model = createModel(resolveConfig({ ...config, weightDecay: 0 }), weightingId(id), [3, 2]);
    const stepper = new Stepper(model);
    const head = model.network.parameters.find(({ name }) => name === 'head2/kernel')?.variable;
    if (!head) throw new Error('the second task has a head');
    const before = Array.from(head.dataSync());
    const absent = [
      [0, 1, 2, -1],
      [-1, -1, -1, -1],
    ];
    const report = await stepper.step(batch(0, absent), 0);
    expect(report.present).toEqual([true, false]);
    const [loss, none] = numbersOf(report, 'loss');
    expect(loss).toBeGreaterThan(0);
    expect(none).toBeNaN();
    const weights = numbersOf(report, 'weight');
    expect(weights[1], 'a task without a sample has no weight').toBeNaN();
    expect(weights[0]).toBeGreaterThanOrEqual(0);
    if (normalised) expect(weights[0]).toBeLessThan(1 + 1e-6);
    const [accuracy, undefinedAccuracy] = numbersOf(report, 'accuracy');
    expect(accuracy).toBeGreaterThanOrEqual(0);
    expect(undefinedAccuracy).toBeNaN();
    expect(Array.from(head.dataSync())).toEqual(before);
    // The first step packs the moving statistics. After it, no step leaves tensors behind.
    const tensors = tf.memory().numTensors;
    await stepper.step(batch(1, absent), 0);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(stepper.warning).toBeNull();
    stepper.dispose();
    disposeModel(model);
  },
);

test('each task that embeds moves its own centers, only those of the classes that its batch has', async () => {
  const model = createModel(
    resolveConfig({ ...config, system: 'custom', tasks: 'identity!,expression!' }),
    'equal',
    [3, 2],
  );
  const stepper = new Stepper(model);
  const labels = [
    [0, 0, 2, -1],
    [1, 1, -1, 1],
  ];
  await stepper.step(batch(0, labels), 0);
  const moved = model.centers.map(centers =>
    (centers?.values.arraySync() ?? []).map(row => row.some(value => value !== 0)),
  );
  expect(moved).toEqual([
    [true, false, true],
    [false, true],
  ]);
  stepper.dispose();
  disposeModel(model);
});
