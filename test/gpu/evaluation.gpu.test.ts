import { afterEach, beforeAll, expect, test } from 'vitest';
import { resolveConfig } from '../../workers/config/resolveConfig';
import { predict } from '../../workers/evaluate/predict';
import { createModel, disposeModel } from '../../workers/model/model';
import * as tf from '../../workers/tf/tf';
import { Session } from '../../workers/train/session';
import { worstError } from '../fixtures/opCases';
import { type MemoryDataset, memoryDataset } from '../fixtures/pixels';
import { type WatchedDevice, watchDevice } from '../fixtures/watchedDevice';

let gpu: WatchedDevice;
beforeAll(async () => {
  gpu = await watchDevice();
});
afterEach(() => expect(gpu.errors).toEqual([]));

const first = (count: number) => Array.from({ length: count }, (_, i) => i);

/** The logits and embeddings that the model of the seed computes for the samples, in batches of `batchSize`. */
async function outputs(
  { index, pixels }: MemoryDataset,
  indices: readonly number[],
  batchSize: number,
  options: object = {},
) {
  const model = createModel(
    resolveConfig({ seed: 5, batchSize, inputSize: 16, ...options }),
    'equal',
    [4, 3],
  );
  const samples = indices.map(sample => ({ sample, labels: [0, 0] }));
  try {
    const { tasks } = await predict(model, pixels, index, samples, new AbortController().signal);
    return tasks.flatMap(({ logits, embeddings }) => (embeddings ? [logits, embeddings.values] : [logits]));
  } finally {
    disposeModel(model);
  }
}

test('recorded batches, the last one filled up, say of each image what full batches and the cpu say', async () => {
  const data = memoryDataset();
  const wanted = await outputs(data, first(12), 4);
  const filled = await outputs(data, first(10), 4);
  filled.forEach((values, i) => {
    expect(values.length).toBe(((wanted[i]?.length ?? 0) / 12) * 10);
    expect(values, `output ${i}`).toEqual(wanted[i]?.slice(0, values.length));
  });
  const single = await outputs(data, first(10), 12);
  await tf.setBackend('cpu');
  const cpu = await outputs(data, first(10), 4);
  expect(await outputs(data, first(10), 10), 'not filled up').toEqual(cpu);
  await tf.setBackend('webgpu');
  for (const values of [filled, single])
    values.forEach((column, i) => {
      expect(worstError(column, cpu[i] ?? []), `output ${i}`).toBeLessThan(1e-4);
    });
  data.close();
});

test('after the first batch nothing is set up again, and an evaluation gives back what it took, failed or not', async () => {
  const data = memoryDataset({ copies: 5 });
  const measure = async (count: number) => {
    const before = gpu.counts.bindGroups;
    await outputs(data, first(count), 4);
    return gpu.counts.bindGroups - before;
  };
  const few = await measure(9);
  const [buffers, tensors] = [gpu.living.size, tf.memory().numTensors];
  expect(await measure(60), 'bind groups of 15 batches').toBe(few);
  expect(gpu.living.size).toBe(buffers);
  expect(tf.memory().numTensors).toBe(tensors);
  const noSuchImage = [...first(10), 999];
  await expect(outputs(data, noSuchImage, 4), 'the third batch').rejects.toThrow();
  expect(gpu.living.size).toBe(buffers);
  expect(tf.memory().numTensors).toBe(tensors);
  data.close();
});

test('a run in half precision is evaluated in half; what comes back is float32, within 1 % of float32’s', async () => {
  const data = memoryDataset();
  const full = await outputs(data, first(9), 3);
  const half = await outputs(data, first(9), 3, { precision: 'half' });
  full.forEach((wanted, i) => {
    const got = half[i] ?? [];
    expect(got).toHaveLength(wanted.length);
    expect(worstError(got, wanted), `output ${i}`).toBeLessThan(0.01);
    expect(got, 'it was computed otherwise').not.toEqual(wanted);
  });
  data.close();
});

test('an evaluation that a replay gets wrong goes on by tfjs, and the run says so', async () => {
  const data = memoryDataset();
  const session = new Session(data.pixels, () => undefined);
  const runs = await session.create({
    datasetId: 'memory',
    datasetSource: { kind: 'files', files: [] },
    config: { seed: 5, batchSize: 3, inputSize: 16 },
    weightings: ['equal', 'equal'],
  });
  for (const { model } of runs) {
    const { head } = model.network;
    let calls = 0;
    // A recorded pass repeats a number from JavaScript as it was when it was recorded.
    model.network.head = (task, features) => tf.mul(head(task, features), ++calls);
  }
  const [whole, single] = runs;
  if (!whole || !single) throw new Error('two runs expected');
  const { signal } = new AbortController();
  const predicted = async (run: typeof whole, from: number, to: number) => {
    const samples = first(to)
      .slice(from)
      .map(sample => ({ sample, labels: [0, 0] }));
    const { tasks } = await predict(run.model, data.pixels, data.index, samples, signal);
    return tasks.map(({ logits }) => [...logits]);
  };
  const got = await predicted(whole, 0, 9);
  const wanted: number[][] = [[], []];
  for (const from of [0, 3, 6])
    for (const [t, logits] of (await predicted(single, from, from + 3)).entries()) wanted[t]?.push(...logits);
  expect(got).toEqual(wanted);
  await whole.evaluate();
  expect(whole.takeUpdate().warnings.join()).toMatch(/not replayed: a replayed batch differed/);
  for (const run of runs) await session.remove(run.id);
  data.close();
});

test.each([1, 2])('a pass over batch %i that throws leaves no tensor behind', async failing => {
  const data = memoryDataset();
  const model = createModel(resolveConfig({ seed: 5, batchSize: 3, inputSize: 16 }), 'equal', [4, 3]);
  const { trunk } = model.network;
  let calls = 0;
  model.network.trunk = (...args) => {
    if (++calls === failing) throw new Error('no such kernel');
    return trunk(...args);
  };
  const before = tf.memory().numTensors;
  const samples = first(9).map(sample => ({ sample, labels: [0, 0] }));
  const { signal } = new AbortController();
  await expect(predict(model, data.pixels, data.index, samples, signal)).rejects.toThrow('no such kernel');
  expect(tf.memory().numTensors).toBe(before);
  disposeModel(model);
  data.close();
});
