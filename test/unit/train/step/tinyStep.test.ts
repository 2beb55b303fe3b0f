import { beforeAll, expect, test } from 'vitest';
import * as tf from '../../../../workers/tf/tf';
import { expectTinySteps, goldenOptimizers, replayTinyStep } from '../../../fixtures/tinyStep';

beforeAll(() => tf.setBackend('cpu'));

test.each(goldenOptimizers)(
  'two full steps of the tiny network with %s equal the golden values from PyTorch in float64',
  async optimizer => {
    const before = tf.memory().numTensors;
    const steps = await replayTinyStep(optimizer);
    expect(tf.memory().numTensors).toBe(before);
    expectTinySteps(optimizer, steps);
  },
);
