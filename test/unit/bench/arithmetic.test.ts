import { expect, test } from 'vitest';
import { heaviest, median, ratio, runsInRound, trainingGflop } from '../../../workers/bench/arithmetic';
import { kernelCosts } from '../../../workers/bench/kernelTimes';
import { createWorkload, describe, standardised } from '../../../workers/bench/workload';
import { NETWORKS } from '../../../workers/nets/networks';

const paper = NETWORKS.inceptionResnet.plan({ inputSize: 160, width: 1, classes: [24, 7], seed: 0 });

test('the median is the middle number, or the mean of the middle two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 1, 2, 4])).toBe(3);
  expect(median([])).toBeNaN();
});

test('a training step of the paper’s network is 5.406 GFLOP an image', () => {
  expect(paper.parameters).toBe(12_834_992);
  expect(trainingGflop(paper)).toBeCloseTo(5.406, 3);
});

test('the heaviest convolutions are the stem’s and reduction A’s, each shape once', () => {
  const layers = heaviest(paper, 5);
  expect(layers.map(({ name }) => name).slice(0, 4)).toEqual([
    'trunk/stem5',
    'trunk/stem6',
    'trunk/stem3',
    'trunk/reductionA/b1/conv2',
  ]);
  const all = paper.layers.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
  const share = (layers[0]?.multiplyAdds ?? 0) / all;
  expect(share).toBeCloseTo(0.198, 3);
  expect(layers[0]?.convolution).toEqual({
    ...{ input: [38, 38, 80], kernel: [3, 3], stride: 1, padding: 'valid' },
  });
});

test('a ratio needs both sides', () => {
  const time = (cost: { ms: number }) => cost.ms;
  expect(ratio({ ms: 30 }, { ms: 10 }, time)).toBe(3);
  expect(ratio({ failed: 'no memory' }, { ms: 10 }, time)).toBeNull();
  expect(ratio({ ms: 30 }, { failed: 'no memory' }, time)).toBeNull();
});

test('in a round the slowest runs once, and others up to 20 times', () => {
  expect(runsInRound(7000, 7000)).toBe(1);
  expect(runsInRound(700, 7000)).toBe(2);
  expect(runsInRound(1, 7000)).toBe(20);
});

test('the reference case is the papers’ network at 96 px, a quarter wide, batch 8; a preset brings its own sizes', () => {
  const { sizes } = describe(createWorkload({}));
  expect(sizes).toMatchObject({ batch: 8, inputSize: 96, width: 0.25 });
  const tiny = createWorkload({ preset: 'tiny', batch: 4 });
  expect(describe(tiny).sizes).toMatchObject({ preset: 'tiny', batch: 4, inputSize: 32 });
  expect(tiny.batch.bytes).toHaveLength(4 * 32 * 32 * 3);
  const images = standardised(tiny.batch);
  expect(images.reduce((sum, value) => sum + value ** 2, 0) / images.length).toBeCloseTo(1, 5);
  expect(() => createWorkload({ preset: 'huge' })).toThrow(/huge.*tiny/);
});

test('kernel times: flavours share their direction’s operations, and what is not ours is one row', () => {
  const times = [
    { label: 'convForward', count: 3, gpuMs: 6 },
    { label: 'convForwardShared', count: 1, gpuMs: 2 },
    { label: 'a', count: 5, gpuMs: 1 },
    { label: 'b', count: 5, gpuMs: 9 },
  ];
  expect(kernelCosts(times, { forward: 0.4, inputGradient: 1, weightGradient: 1 })).toEqual([
    { label: 'tfjs', dispatches: 10, gpuMs: 10, gflopPerSecond: null },
    { label: 'convForward', dispatches: 3, gpuMs: 6, gflopPerSecond: 50 },
    { label: 'convForwardShared', dispatches: 1, gpuMs: 2, gflopPerSecond: 50 },
  ]);
});
