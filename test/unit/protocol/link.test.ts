import { afterEach, expect, test, vi } from 'vitest';
import { AppError } from '../../../workers/protocol/errors';
import { connect, type Endpoint, serve, Transfer } from '../../../workers/protocol/link';

interface Api {
  double(input: { value: number }): number;
  bytes(input: Record<string, never>): Uint8Array<ArrayBuffer>;
  refuse(input: { why: string }): never;
  wait(input: Record<string, never>): string;
  count(input: { to: number }): number;
}

const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

function pair() {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  let aborted = 0;
  const emit = serve<Api, { tick: number }>(port2 as Endpoint, {
    double: ({ value }) => value * 2,
    bytes: () => {
      const value = Uint8Array.of(1, 2, 3);
      return new Transfer(value, [value.buffer]);
    },
    refuse: ({ why }) => {
      throw new AppError('test/refused', why, { cause: new RangeError('deeper') });
    },
    wait: (_, { signal }) =>
      new Promise(resolve => {
        signal.addEventListener('abort', () => {
          aborted++;
          resolve('late');
        });
      }),
    count: ({ to }, { progress }) => {
      for (let i = 1; i <= to; i++) progress(i);
      return to;
    },
  });
  const events: { tick: number }[] = [];
  const link = connect<Api, { tick: number }>(port1 as Endpoint, event => events.push(event));
  return { link, emit, events, aborted: () => aborted };
}

test('a call returns what the served method returns', async () => {
  expect(await pair().link.call('double', { value: 21 })).toBe(42);
});

test('a transferred result arrives whole', async () => {
  expect([...(await pair().link.call('bytes', {}))]).toEqual([1, 2, 3]);
});

test('an AppError keeps its code, message and cause across the link', async () => {
  const error = await pair()
    .link.call('refuse', { why: 'no such file' })
    .catch(e => e);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: 'test/refused', message: 'no such file', cause: 'RangeError: deeper' });
});

test('an unknown method is refused by name', async () => {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  serve<object>(port2 as Endpoint, {});
  const link = connect<Api>(port1 as Endpoint);
  await expect(link.call('double', { value: 1 })).rejects.toThrow('"double"');
});

test('an aborted call rejects at once and aborts the served side', async () => {
  const { link, aborted } = pair();
  const controller = new AbortController();
  const waiting = link.call('wait', {}, { signal: controller.signal });
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await vi.waitFor(() => expect(aborted()).toBe(1));
});

test('progress arrives in order before the result', async () => {
  const seen: unknown[] = [];
  await pair().link.call('count', { to: 4 }, { onProgress: value => seen.push(value) });
  expect(seen).toEqual([1, 2, 3, 4]);
});

test('events reach the connected side', async () => {
  const { emit, events } = pair();
  emit({ tick: 7 });
  await vi.waitFor(() => expect(events).toEqual([{ tick: 7 }]));
});

test('a crash rejects every pending call and every later one', async () => {
  const { link } = pair();
  const pending = link.call('wait', {});
  link.fail(new AppError('worker/crashed', 'gone'));
  await expect(pending).rejects.toThrow('gone');
  await expect(link.call('double', { value: 1 })).rejects.toThrow('gone');
});

test('an error event of the worker rejects pending calls', async () => {
  const worker = new EventTarget() as EventTarget & Endpoint;
  worker.postMessage = () => undefined;
  const link = connect<Api>(worker);
  const pending = link.call('double', { value: 1 });
  worker.dispatchEvent(new Event('error'));
  await expect(pending).rejects.toMatchObject({ code: 'worker/crashed' });
});
