import { beforeAll, expect, test } from 'vitest';
import * as tf from '../../../workers/tf/tf';
import { expectInceptionSteps, replayInceptionStep } from '../../fixtures/inceptionStep';

beforeAll(() => tf.setBackend('cpu'));

test('two full steps of the Inception-ResNet with the weight unit are as near to PyTorch’s float64 as its own float32 is', async () => {
  const before = tf.memory().numTensors;
  const steps = await replayInceptionStep();
  expect(tf.memory().numTensors).toBe(before);
  expectInceptionSteps(steps, 1);
}, 30_000);
