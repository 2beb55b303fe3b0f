import { expect, onTestFinished, test } from 'vitest';
import { BatchStream, batchOrder } from '../../../workers/samples/batches';
import { memoryDataset } from '../../fixtures/pixels';

const options = { batchSize: 4, inputSize: 4, seed: 5 };

/** A stream over 36 samples. The label of each is its number, so that a batch shows which samples it holds. */
function streamWith(damaged: readonly number[]) {
  const data = memoryDataset({ damaged: new Set(damaged) });
  onTestFinished(() => data.close());
  const train = data.index.samples.map((_, sample) => ({ sample, labels: [sample] }));
  return { data, stream: new BatchStream(data.pixels, data.index, train, 1, options) };
}
const membersOf = ({ labels }: { labels: readonly Int32Array[] }) => [...(labels[0] ?? [])];
const order = Array.from({ length: 30 }, (_, step) => batchOrder(step, 4, 36, 5)).flat();

test('without damage a batch is what its order says', async () => {
  const { stream } = streamWith([]);
  for (const step of [0, 5, 12]) {
    const batch = await stream.at(step);
    expect(membersOf(batch)).toEqual(order.slice(4 * step, 4 * step + 4));
  }
});

test('the damaged take, in order, the sound ones that come after the batch, and their pictures', async () => {
  const [a, b, c, d, e, f, g, h] = order as number[];
  const { stream } = streamWith([b, d, e, g] as number[]);
  const batch = await stream.at(0);
  expect(membersOf(batch)).toEqual([a, f, c, h]);
  const { data } = streamWith([]);
  const indices = [a, f, c, h] as number[];
  const { bytes } = await data.pixels.call('pixels', { id: 'memory', indices, size: 4 });
  expect(batch.bytes).toEqual(bytes);
});

test('what is in a batch does not depend on which damage was known before', async () => {
  const damaged = Array.from({ length: 12 }, (_, i) => 3 * i);
  const { stream: fromStart } = streamWith(damaged);
  const batches = [];
  for (let step = 0; step < 20; step++) batches.push(await fromStart.at(step));
  for (const step of [19, 7, 13, 0]) {
    const { stream: resumed } = streamWith(damaged);
    expect(await resumed.at(step)).toEqual(batches[step]);
  }
  const seen = new Set(batches.flatMap(membersOf));
  expect([...seen].filter(sample => damaged.includes(sample))).toEqual([]);
  expect(seen.size).toBe(24);
});

test('the last sound sample fills every batch; without one the error says what to do', async () => {
  const all = [...Array(36).keys()];
  const { stream } = streamWith(all.filter(sample => sample !== 17));
  expect(membersOf(await stream.at(2))).toEqual([17, 17, 17, 17]);
  await expect(streamWith(all).stream.at(0)).rejects.toMatchObject({
    code: 'dataset/undecodable',
    message: expect.stringMatching(
      /None of the 36 training images in in memory can be decoded.*image viewer/,
    ),
  });
});
