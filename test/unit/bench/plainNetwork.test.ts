import { beforeAll, test } from 'vitest';
import * as tf from '../../../workers/tf/tf';
import { expectSameStep, ourStep, plainStep } from '../../fixtures/plainStep';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test.each([
  { preset: 'tiny', inputSize: 16, width: 1, batchSize: 6 },
  { preset: 'full', inputSize: 32, width: 1 / 16, batchSize: 8 },
])(
  '$preset in plain ops has the losses and gradients of ours',
  async sizes => {
    expectSameStep(await ourStep(sizes), await plainStep(sizes), 1e-3);
  },
  60_000,
);
