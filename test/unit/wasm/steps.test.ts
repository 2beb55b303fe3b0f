/** Whole training steps on the WebAssembly backend. */
import { beforeAll, expect, test } from 'vitest';
import * as tf from '../../../workers/tf/tf';
import { startWasm } from '../../../workers/wasm/register';
import { expectInceptionSteps, replayInceptionStep } from '../../fixtures/inceptionStep';
import { expectReplays } from '../../fixtures/replayedSteps';
import { stepVariants } from '../../fixtures/stepVariants';
import { expectTinySteps, goldenOptimizers, replayTinyStep } from '../../fixtures/tinyStep';

beforeAll(async () => {
  await startWasm();
});

test.each(goldenOptimizers)(
  'two full steps of the tiny network with %s equal the golden values from PyTorch in float64',
  async optimizer => {
    const before = tf.memory();
    const steps = await replayTinyStep(optimizer);
    const after = tf.memory();
    expect([after.numTensors, after.numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers]);
    expectTinySteps(optimizer, steps);
  },
);

test('two steps of a narrow Inception-ResNet equal the golden values from PyTorch in float64', async () => {
  expectInceptionSteps(await replayInceptionStep(), 2);
});

test.each(stepVariants)(
  '$weighting with $optimizer ($options): replayed steps equal tfjs’s to the bit, live options changed and tasks absent on the way',
  variant =>
    expectReplays(variant, ({ warning }) => {
      const inHalf = 'precision' in variant.options;
      expect(warning).toEqual(inHalf ? expect.stringContaining('float32') : null);
    }),
);
