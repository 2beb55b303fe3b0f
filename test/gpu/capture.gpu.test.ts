import '../fixtures/moreKernels';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { captureStep, writeTensor } from '../../workers/gpu/capture/captureStep';
import { compileStep } from '../../workers/gpu/capture/compileStep';
import { stateHash } from '../../workers/gpu/capture/stateHash';
import * as tf from '../../workers/tf/tf';
import type { WebGPUBackend } from '../../workers/tf/webgpu';
import { type WatchedDevice, watchDevice } from '../fixtures/watchedDevice';

let backend: WebGPUBackend;
let living: WatchedDevice['living'];
let errors: string[];
let counts: WatchedDevice['counts'];

beforeAll(async () => {
  ({ backend, living, errors, counts } = await watchDevice());
});
afterEach(() => expect(errors).toEqual([]));

/** Does gradient descent on ‖x·v − 1‖², with a value that is used twice, a constant, and a variable that is assigned. */
function descent(start: number) {
  const variable = tf.tidy(() => tf.variable(tf.fill([3, 2], start)));
  const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
  const rate = tf.scalar(0.01);
  const step = () =>
    tf.tidy(() => {
      const loss = () => {
        const excess = tf.sub(tf.matMul(x, variable as tf.Tensor2D), tf.tensor2d([1, 1, 1, 1], [2, 2]));
        return tf.sum(tf.square(excess)) as tf.Scalar;
      };
      const { value, grads } = tf.variableGrads(loss, [variable]);
      variable.assign(tf.sub(variable, tf.mul(grads[variable.name] ?? rate, rate)));
      return [value, tf.mean(variable)];
    });
  return { variable, x, rate, step, dispose: () => tf.dispose([variable, x, rate]) };
}

async function eagerly({ step }: ReturnType<typeof descent>): Promise<number[]> {
  const results = step();
  const values = await Promise.all(results.map(result => result.data()));
  tf.dispose(results);
  return values.flatMap(column => Array.from(column));
}
const flat = (columns: readonly Float32Array[]) => columns.flatMap(column => Array.from(column));

test('replays follow the eager steps to the bit, inputs changed in between, in one submit or several', async () => {
  const [eager, replayed] = [descent(0.5), descent(0.5)];
  await eagerly(eager);
  await eagerly(replayed);
  const wanted = [await eagerly(eager)];
  const capture = captureStep(backend, replayed.step);
  const got = [
    flat(await Promise.all(capture.outputs.map(async output => (await output.data()) as Float32Array))),
  ];
  for (let i = 0; i < 4; i++) {
    for (const { x, rate } of [eager, replayed]) {
      writeTensor(
        backend,
        x,
        Float32Array.from({ length: 6 }, (_, j) => Math.sin(i + j)),
      );
      writeTensor(backend, rate, Float32Array.of(0.02 / (i + 1)));
    }
    wanted.push(await eagerly(eager));
    got.push(flat(await capture.replay(1 + 3 * (i % 2))));
    expect(await replayed.variable.data(), `after replay ${i}`).toEqual(await eager.variable.data());
  }
  expect(got).toEqual(wanted);
  capture.dispose();
  eager.dispose();
  replayed.dispose();
});

test('replays issued before the last ones are read come back complete and in order, one submit each', async () => {
  const [eager, replayed] = [descent(0.5), descent(0.5)];
  const wanted: number[][] = [];
  for (let i = 0; i < 62; i++) wanted.push(await eagerly(eager));
  await eagerly(replayed);
  const capture = captureStep(backend, replayed.step);
  const before = counts.submits;
  const got: number[][] = [];
  const waiting: Promise<unknown>[] = [];
  for (let i = 0; i < 60; i++) {
    waiting.push(capture.replay().then(values => got.push(flat(values))));
    if (waiting.length > 2 * capture.readEvery) await waiting.shift();
  }
  expect(counts.submits - before).toBe(60);
  capture.readNow();
  await Promise.all(waiting);
  expect(counts.submits - before, 'reading submits nothing').toBe(60);
  expect(got).toEqual(wanted.slice(2));
  capture.dispose();
  eager.dispose();
  replayed.dispose();
});

test('on a GPU in hardware the first replay comes in parts, and a fast one in a single submit from then on', async () => {
  const x = tf.tensor1d([0.5, 1]);
  await tf.square(x).data();
  const { device } = backend;
  const own = Object.getOwnPropertyDescriptor(device, 'adapterInfo');
  Object.defineProperty(device, 'adapterInfo', { value: {}, configurable: true });
  const step = () =>
    tf.tidy(() => {
      let y: tf.Tensor = x;
      for (let i = 0; i < 150; i++) y = tf.cos(y);
      return [y];
    });
  try {
    const capture = captureStep(backend, step);
    const submits: number[] = [];
    for (let i = 0; i < 2; i++) {
      const before = counts.submits;
      const [values] = await capture.replay();
      submits.push(counts.submits - before);
      for (const value of values ?? []) expect(Math.cos(value), 'where cos x = x').toBeCloseTo(value, 3);
    }
    expect(capture.dispatches).toBe(150);
    expect(submits).toEqual([3, 1]);
    capture.dispose();
  } finally {
    if (own) Object.defineProperty(device, 'adapterInfo', own);
    else Reflect.deleteProperty(device, 'adapterInfo');
    x.dispose();
  }
});

test('captures alive at once, eager steps and assignments in between do not disturb each other', async () => {
  const alone = descent(0.25);
  const wanted: number[][] = [];
  for (let i = 0; i < 8; i++) wanted.push(await eagerly(alone));

  const [a, b] = [descent(0.25), descent(0.25)];
  const got: [number[][], number[][]] = [[], []];
  for (const [i, run] of [a, b].entries()) got[i]?.push(await eagerly(run));
  const captures = [a, b].map(run => captureStep(backend, run.step));
  for (const [i, { outputs }] of captures.entries())
    got[i]?.push(flat(await Promise.all(outputs.map(async output => (await output.data()) as Float32Array))));
  for (let i = 2; i < 8; i++) {
    for (const [which, run] of [a, b].entries()) {
      const eager = which === 1 && i % 3 === 0;
      const values = eager ? await eagerly(run) : flat((await captures[which]?.replay()) ?? []);
      got[which]?.push(values);
    }
  }
  expect(got).toEqual([wanted, wanted]);
  const memory = captures[0]?.memory;
  expect(memory?.planned).toBeLessThanOrEqual(memory?.recorded ?? 0);
  for (const capture of captures) capture.dispose();
  for (const run of [alone, a, b]) run.dispose();
});

test('a disposed capture leaves no buffer and no tensor', async () => {
  const run = descent(0.5);
  await eagerly(run);
  await eagerly(run);
  const buffers = living.size;
  const tensors = tf.memory().numTensors;
  for (let i = 0; i < 2; i++) {
    const capture = captureStep(backend, run.step);
    await capture.replay();
    await capture.replay();
    expect(living.size).toBeGreaterThan(buffers);
    capture.dispose();
    expect(living.size).toBe(buffers);
    expect(tf.memory().numTensors).toBe(tensors);
  }
  expect((await eagerly(run)).every(Number.isFinite)).toBe(true);
  run.dispose();
});

test('a step that reads back is refused, and goes on eagerly', async () => {
  const run = descent(0.5);
  const before = tf.memory().numTensors;
  const reading = () => {
    const results = run.step();
    void results[0]?.data().catch(() => undefined);
    return results;
  };
  tf.engine().startScope();
  await expect(async () => captureStep(backend, reading)).rejects.toMatchObject({ code: 'gpu/capture' });
  tf.engine().endScope();
  expect(tf.memory().numTensors).toBe(before);
  expect((await eagerly(run)).every(Number.isFinite)).toBe(true);
  run.dispose();
});

test('a step compiled ahead compiles nothing when it runs, and has not moved anything', async () => {
  const { device } = backend;
  // No other test uses these shapes, so their programs are not compiled yet.
  const run = descent(0.5);
  const wide = tf.tidy(() => tf.variable(tf.fill([3, 37], 0.5)));
  const step = () => {
    const results = run.step();
    tf.tidy(() => wide.assign(tf.add(wide, tf.sum(tf.matMul(run.x, wide as tf.Tensor2D)))));
    return results;
  };
  const progress: string[] = [];
  const compiled = await compileStep(backend, step, (ready, all) => progress.push(`${ready}/${all}`));
  expect(compiled).toBeGreaterThan(1);
  expect(progress).toHaveLength(compiled + 1);
  expect(progress.at(-1)).toBe(`${compiled}/${compiled}`);
  expect(Array.from(await run.variable.data())).toEqual(new Array(6).fill(0.5));
  expect(await compileStep(backend, step), 'the second time').toBe(0);

  let late = 0;
  const create = device.createComputePipeline;
  device.createComputePipeline = descriptor => {
    late++;
    return create.call(device, descriptor);
  };
  const values = await Promise.all(step().map(result => result.data()));
  device.createComputePipeline = create;
  expect(late).toBe(0);
  expect(values.flatMap(column => Array.from(column)).every(Number.isFinite)).toBe(true);
  expect((await wide.data())[0]).not.toBe(0.5);
  run.dispose();
  wide.dispose();
});

test('equal states have equal hashes; one bit, two words that swapped places, a zero more: another hash', async () => {
  const { device } = backend;
  // There are more words than the hash has threads, and zeros among them.
  const state = Uint32Array.from({ length: 5000 }, (_, i) => (i % 7 === 0 ? 0 : Math.imul(i, 2_654_435_761)));
  const at = (i: number) => state[i] ?? 0;
  const bit = (i: number, flipped: number) => state.with(i, (at(i) ^ (1 << flipped)) >>> 0);
  const swapped = (i: number, j: number) => state.with(i, at(j)).with(j, at(i));
  const others = [
    ...[bit(0, 0), bit(1, 31), bit(4999, 0), bit(2503, 17)],
    // Two neighbours, and two words that the same thread adds.
    ...[swapped(0, 1), swapped(8, 8 + 4096)],
    ...[new Uint32Array([...state, 0]), state.slice(0, -1)],
  ];
  const buffers = [state, state, ...others].map(words => {
    const { STORAGE, COPY_DST } = GPUBufferUsage;
    const buffer = device.createBuffer({ size: words.byteLength, usage: STORAGE | COPY_DST });
    device.queue.writeBuffer(buffer, 0, words);
    return buffer;
  });
  const [own, same, ...rest] = await stateHash(device, buffers);
  expect(same).toBe(own);
  expect(new Set([own, ...rest]).size, 'every change shows').toBe(1 + others.length);
  expect(await stateHash(device, buffers), 'hashed again').toEqual([own, same, ...rest]);
  for (const buffer of buffers) buffer.destroy();
});
