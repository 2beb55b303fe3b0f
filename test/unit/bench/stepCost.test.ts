import { expect, test } from 'vitest';
import { stepCost } from '../../../workers/bench/stepCost';

const sizes = { batch: 8, gflopPerImage: 0.5 };
const ceilings = { matmulGflopPerSecond: 160, copyGbPerSecond: 2 };
const samples = [50, 40, 900].map((ms, i) => ({ ms, jsMs: i, pieces: 2 }));

test('a row holds medians, rates of a batch and shares of the ceilings', () => {
  const work = { dispatches: 500, submits: 1, traffic: 25e6 };
  expect(stepCost({ bytes: 7, work }, samples, sizes, ceilings)).toEqual({
    ...{ stepMs: 50, jsMs: 1, steps: 6, bytes: 7, dispatches: 500, submits: 1 },
    ...{ imagesPerSecond: 160, gflopPerSecond: 80, matmulShare: 0.5, copyShare: 0.25 },
  });
});

test('off WebGPU nothing is counted, and what did not start says why', () => {
  expect(stepCost({ bytes: 7, work: null }, samples, sizes, ceilings)).toMatchObject({
    ...{ dispatches: null, submits: null, matmulShare: null, copyShare: null, stepMs: 50 },
  });
  const work = { dispatches: 500, submits: 1, traffic: 25e6 };
  expect(stepCost({ bytes: 7, work }, samples, sizes, null)).toMatchObject({
    ...{ matmulShare: null, copyShare: null, dispatches: 500 },
  });
  expect(stepCost({ failed: 'no memory' }, [], sizes, ceilings)).toEqual({ failed: 'no memory' });
});
