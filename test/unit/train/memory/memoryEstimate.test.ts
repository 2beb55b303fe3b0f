import { beforeAll, expect, test, vi } from 'vitest';
import { resolveConfig } from '../../../../workers/config/resolveConfig';
import type { RunConfig } from '../../../../workers/protocol/runs';
import { MemoryEstimator } from '../../../../workers/train/memory/memoryEstimate';
import { stepMemory } from '../../../../workers/train/memory/stepMemory';
import { defaultTraits, installWebGpuNames } from '../../../fixtures/nodeWebGpu';

/** As it is, but its calls are counted. */
vi.mock('../../../../workers/train/memory/stepMemory', async original => {
  const module = await original<{ stepMemory: typeof stepMemory }>();
  return { ...module, stepMemory: vi.fn(module.stepMemory) };
});

beforeAll(installWebGpuNames);

const classes = [118, 7];
/** All tests share this one, because it remembers what it rehearsed. */
const estimator = new MemoryEstimator();
const paper = resolveConfig({ preset: 'paper' });
const estimate = (maxStorageBufferBindingSize: number, ids: readonly ('dynamic' | 'naive')[] = ['dynamic']) =>
  estimator.estimateOn(defaultTraits({ maxStorageBufferBindingSize }), paper, ids, classes);

test('the papers’ batch of 90 exceeds WebGPU’s default binding; the largest batch that fits is named', () => {
  const { problem } = estimate(2 ** 27);
  expect(problem?.code).toBe('memory/buffer');
  expect(problem?.message).toBe(
    'Batch 90 needs one buffer of 137 MB, this adapter allows 134 MB: use at most 88.',
  );
  const largestMap = 77 * 77 * 64 * 4;
  expect(problem?.batchSize).toBe(Math.floor(2 ** 27 / largestMap));
});

test('where the network itself has a buffer too large, no batch is suggested', () => {
  const { problem } = estimate(2 ** 25);
  expect(problem?.batchSize).toBeNull();
  expect(problem?.message).toContain('choose a smaller network or width');
});

test('compared runs each hold their own, but only one at a time is in its first steps', () => {
  const [one, two] = [estimate(2 ** 30), estimate(2 ** 30, ['dynamic', 'naive'])];
  expect(one.problem).toBeNull();
  expect(two.held / one.held).toBeCloseTo(2, 2);
  expect(two.peak).toBeLessThan(1.6 * one.peak);
});

test('on a backend whose memory nobody follows there is no figure', () => {
  expect(new MemoryEstimator().estimate(paper, ['dynamic'], classes)).toBeNull();
});

test('in half precision the papers’ batch of 90 fits WebGPU’s default binding, and a step’s values take half as much', () => {
  const half = { ...paper, precision: 'half' };
  expect(estimator.estimateOn(defaultTraits(), half, ['dynamic'], classes).problem).toBeNull();
  const [full = 0, less = 0] = [paper, half].map(
    config =>
      stepMemory(defaultTraits({ maxStorageBufferBindingSize: 2 ** 30 }), config, 'dynamic', classes).planned,
  );
  expect(less / full).toBeGreaterThan(0.45);
  expect(less / full).toBeLessThan(0.55);
});

test('once the GPU was full, the largest batch below what it had no room for is named, and other runs count', () => {
  const strict = new MemoryEstimator();
  const tiny = resolveConfig({ preset: 'tiny', batchSize: 64 });
  const at = (config: RunConfig, others = 0) =>
    strict.estimateOn(defaultTraits(), config, ['dynamic'], classes, others);
  const { peak } = at(tiny);
  const others = peak / 4;
  strict.hadNoRoomFor(peak + others + 1);
  expect(at(tiny, others).problem, 'a byte less than what did not fit').toBeNull();
  const { problem } = at(tiny, 2 * others);
  expect(problem).toMatchObject({ code: 'memory/full', refuses: false });
  const batchSize = problem?.batchSize ?? 0;
  expect(problem?.message).toContain(`use at most ${batchSize}, or remove other runs.`);
  expect(at({ ...tiny, batchSize }, 2 * others).problem).toBeNull();
  expect(at({ ...tiny, batchSize: batchSize + 1 }, 2 * others).problem).not.toBeNull();
  expect(at(tiny, 2 * peak).problem).toMatchObject({
    batchSize: null,
    message: expect.stringMatching(/: remove other runs\.$/),
  });
});

test('a run that a full GPU may have no room for is let in, and no smaller batch is looked for', () => {
  const strict = new MemoryEstimator();
  strict.hadNoRoomFor(1);
  const tiny = resolveConfig({ preset: 'tiny', batchSize: 32 });
  vi.mocked(stepMemory).mockClear();
  expect(strict.assertFitsOn(defaultTraits(), tiny, ['dynamic'], classes)).toHaveLength(1);
  expect(stepMemory).toHaveBeenCalledTimes(1);
  expect(() =>
    strict.assertFitsOn(defaultTraits({ maxStorageBufferBindingSize: 2 ** 16 }), paper, ['dynamic'], classes),
  ).toThrow('this adapter allows 0.0655 MB: ');
});
