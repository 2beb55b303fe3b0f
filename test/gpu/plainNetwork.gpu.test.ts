import { expect, test } from 'vitest';
import { startBackends } from '../../workers/bench/backends';
import { expectSameStep, ourStep, plainStep } from '../fixtures/plainStep';

// At 128 px the last map is 2 × 2. Below that, batch norm gets so few values that the result depends on rounding.
const sizes = { preset: 'mini', inputSize: 128, width: 1 / 16, batchSize: 2 };

/** Most of the time is spent on compiling the programs of two networks: 48 seconds on two busy cores. */
test('a step of the whole network equals stock tfjs’s, which computes the same in plain ops', async () => {
  const backends = await startBackends(true);
  await backends.use('stock');
  const stock = await plainStep(sizes);
  await backends.use('webgpu');
  expectSameStep(await ourStep(sizes), stock, 2e-3);
  expect(() => backends.check()).not.toThrow();
}, 300_000);
