import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ReadBackRing } from '../../../../workers/gpu/capture/readBackRing';

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.stubGlobal('GPUBufferUsage', { MAP_READ: 1, COPY_DST: 8 });
  vi.stubGlobal('GPUMapMode', { READ: 1 });
});

afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A device whose steps are done, in order, when the test says so; each writes its number into its slot. */
function fakeGpu() {
  let now = 0;
  let issued = 0;
  let done = 0;
  let living = 0;
  const mappings: { after: number; resolve: () => void }[] = [];
  const device = {
    createBuffer: ({ size }: { size: number }) => {
      living++;
      const memory = new ArrayBuffer(size);
      return {
        memory,
        mapAsync: () =>
          new Promise<void>(resolve => {
            mappings.push({ after: issued, resolve });
          }),
        getMappedRange: (offset: number, length: number) => memory.slice(offset, offset + length),
        unmap: () => undefined,
        destroy: () => living--,
      };
    },
  };
  const ring = new ReadBackRing(device as object as GPUDevice, 4, () => now);
  return {
    ring,
    living: () => living,
    readBacks: () => mappings.length,
    issue: async () => {
      const { buffer, offset } = ring.slot();
      issued++;
      new Uint32Array((buffer as object as { memory: ArrayBuffer }).memory)[offset / 4] = issued;
      return new Uint32Array(await ring.read())[0];
    },
    /** The GPU finishes `count` steps, `ms` each. */
    finish: async (count: number, ms: number) => {
      for (let i = 0; i < count; i++) {
        done++;
        now += ms;
        for (const { after, resolve } of mappings) if (after === done) resolve();
        await new Promise<void>(resolve => setImmediate(resolve));
      }
    },
  };
}

/** Issues `count` steps, never more ahead than two read-backs; the numbers that came back, in order of arrival. */
async function train(gpu: ReturnType<typeof fakeGpu>, count: number, ms: number): Promise<number[]> {
  const arrived: number[] = [];
  let waiting = 0;
  for (let i = 0; i < count; i++) {
    waiting++;
    void gpu.issue().then(step => {
      waiting--;
      arrived.push(step ?? -1);
    });
    while (waiting > 2 * gpu.ring.every) await gpu.finish(1, ms);
  }
  gpu.ring.flush();
  while (waiting > 0) await gpu.finish(1, ms);
  return arrived;
}

const count = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

test('slow steps are read back one by one', async () => {
  const gpu = fakeGpu();
  expect(await train(gpu, 20, 17)).toEqual(count(20));
  expect(gpu.ring.every).toBe(1);
  expect(gpu.readBacks()).toBe(20);
});

test('fast steps are read back about once a frame, all of them and in order', async () => {
  const gpu = fakeGpu();
  expect(await train(gpu, 400, 2)).toEqual(count(400));
  expect(gpu.ring.every).toBe(8);
  expect(gpu.readBacks()).toBeLessThan(400 / 8 + 8);
});

test('however fast the steps, a read-back holds 32 at most', async () => {
  const gpu = fakeGpu();
  expect(await train(gpu, 1000, 0.01)).toEqual(count(1000));
  expect(gpu.ring.every).toBe(32);
});

test('when steps become slow, those that wait are read at once', async () => {
  const gpu = fakeGpu();
  await train(gpu, 100, 1);
  expect(gpu.ring.every).toBe(16);
  const numbers = Promise.all(Array.from({ length: 20 }, () => gpu.issue()));
  const before = gpu.readBacks();
  await gpu.finish(16, 50);
  expect(gpu.ring.every).toBe(1);
  expect(gpu.readBacks(), 'the four behind a full read-back').toBe(before + 1);
  await gpu.finish(4, 50);
  expect(await numbers).toEqual(count(120).slice(100));
});

test('a step that no other follows is read a frame later', async () => {
  const gpu = fakeGpu();
  await train(gpu, 50, 1);
  const last = gpu.issue();
  const before = gpu.readBacks();
  vi.advanceTimersByTime(16);
  expect(gpu.readBacks()).toBe(before + 1);
  await gpu.finish(1, 1);
  expect(await last).toBe(51);
});

test('a disposed ring gives back its buffers, also those on their way', async () => {
  const gpu = fakeGpu();
  await train(gpu, 10, 1);
  const last = gpu.issue();
  gpu.ring.dispose();
  await gpu.finish(1, 1);
  expect(await last).toBe(11);
  expect(gpu.living()).toBe(0);
});
