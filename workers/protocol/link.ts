/**
 * @file The link between two threads. All messages go through it: typed requests, replies and events, over anything that can
 * post messages.
 *
 * An API is a type whose methods have one argument (`{ open(input: OpenInput): DatasetSummary }`). `serve` answers the calls,
 * and `connect` makes them. The types of argument and result follow from the name of the method. Every call can be
 * cancelled with an AbortSignal and can report progress. When a worker crashes, all pending calls reject.
 */

import { AppError } from './errors';

type Input<A, M extends keyof A> = A[M] extends (input: infer I) => unknown ? I : never;
type Output<A, M extends keyof A> = A[M] extends (...input: never[]) => infer O ? Awaited<O> : never;

export interface CallOptions {
  signal?: AbortSignal;
  transfer?: Transferable[];
  onProgress?: (progress: unknown) => void;
}

/** What a served method gets in addition to its input. */
export interface CallContext {
  /** Aborted when the caller gives up. */
  signal: AbortSignal;
  /** Sends progress to the caller's `onProgress`. */
  progress(value: unknown): void;
}

export type Served<A> = {
  [M in keyof A]: (
    input: Input<A, M>,
    call: CallContext,
  ) => Output<A, M> | Transfer<Output<A, M>> | Promise<Output<A, M> | Transfer<Output<A, M>>>;
};

export interface Link<A> {
  call<M extends keyof A & string>(
    method: M,
    input: Input<A, M>,
    options?: CallOptions,
  ): Promise<Output<A, M>>;
  /** Rejects all pending calls and all later calls with `error`. */
  fail(error: AppError): void;
}

/** A result whose buffers are transferred to the caller, not copied. */
export class Transfer<T> {
  readonly value: T;
  readonly buffers: Transferable[];
  constructor(value: T, buffers: Transferable[]) {
    this.value = value;
    this.buffers = buffers;
  }
}

interface WireError {
  name: string;
  code: string;
  message: string;
  stack: string | undefined;
  cause: string | undefined;
}

type Wire =
  | { kind: 'request'; id: number; method: string; input: unknown }
  | { kind: 'cancel'; id: number }
  | { kind: 'reply'; id: number; value: unknown }
  | { kind: 'error'; id: number; error: WireError }
  | { kind: 'progress'; id: number; value: unknown }
  | { kind: 'event'; event: unknown };

/** One end of the connection: a Worker, a MessagePort, or the global scope of a worker. */
export interface Endpoint {
  postMessage(message: unknown, options?: StructuredSerializeOptions): void;
  addEventListener(type: 'message' | 'messageerror' | 'error', listener: (event: Event) => void): void;
  start?(): void;
}

function pack(error: unknown): WireError {
  const e = error instanceof Error ? error : new Error(String(error));
  const cause = e.cause instanceof Error ? `${e.cause.name}: ${e.cause.message}` : String(e.cause ?? '');
  const code = e instanceof AppError ? e.code : e.name === 'AbortError' ? 'aborted' : 'internal';
  return { name: e.name, code, message: e.message, stack: e.stack, cause: cause || undefined };
}

function unpack(wire: WireError): Error {
  if (wire.code === 'aborted') return new DOMException(wire.message, 'AbortError');
  const error = new AppError(wire.code, wire.message, wire.cause ? { cause: wire.cause } : undefined);
  if (wire.stack) error.stack = wire.stack;
  return error;
}

/**
 * Connects to the API that the other end serves.
 * @param onEvent is called with the events that the other end sends on its own.
 * @returns a link. Its calls reject with the error of the method, with `worker/crashed` or `worker/message` when the worker
 * fails, or with an AbortError when the signal aborts.
 */
export function connect<A extends object, E = never>(
  endpoint: Endpoint,
  onEvent?: (event: E) => void,
): Link<A> {
  const pending = new Map<
    number,
    { resolve(v: unknown): void; reject(e: Error): void; onProgress: CallOptions['onProgress'] }
  >();
  let nextId = 1;
  let broken: AppError | null = null;

  const fail = (error: AppError) => {
    broken ??= error;
    for (const call of pending.values()) call.reject(error);
    pending.clear();
  };

  endpoint.addEventListener('message', event => {
    const message = (event as MessageEvent<Wire>).data;
    if (message.kind === 'event') {
      onEvent?.(message.event as E);
      return;
    }
    const call = pending.get(message.id);
    if (!call) return; // The call was cancelled in the meantime.
    if (message.kind === 'progress') call.onProgress?.(message.value);
    if (message.kind === 'reply') call.resolve(message.value);
    if (message.kind === 'error') call.reject(unpack(message.error));
    if (message.kind === 'reply' || message.kind === 'error') pending.delete(message.id);
  });
  endpoint.addEventListener('error', event => {
    const { message } = event as ErrorEvent;
    fail(
      new AppError(
        'worker/crashed',
        `A background worker crashed (${message || 'no message'}). Reload the page.`,
      ),
    );
  });
  endpoint.addEventListener('messageerror', () => {
    fail(
      new AppError(
        'worker/message',
        'A message from a background worker could not be read. Reload the page.',
      ),
    );
  });
  endpoint.start?.();

  return {
    fail,
    call(method, input, { signal, transfer = [], onProgress } = {}) {
      return new Promise((resolve, reject) => {
        if (broken) return reject(broken);
        if (signal?.aborted) return reject(new DOMException('The call was cancelled.', 'AbortError'));
        const id = nextId++;
        const onAbort = () => {
          pending.delete(id);
          endpoint.postMessage({ kind: 'cancel', id } satisfies Wire);
          reject(new DOMException('The call was cancelled.', 'AbortError'));
        };
        const settle = () => signal?.removeEventListener('abort', onAbort);
        pending.set(id, {
          resolve: value => {
            settle();
            resolve(value as Awaited<ReturnType<Link<A>['call']>> as never);
          },
          reject: error => {
            settle();
            reject(error);
          },
          onProgress,
        });
        signal?.addEventListener('abort', onAbort, { once: true });
        try {
          endpoint.postMessage({ kind: 'request', id, method, input } satisfies Wire, { transfer });
        } catch (error) {
          pending.delete(id);
          settle();
          reject(error as Error);
        }
      });
    },
  };
}

/**
 * Answers the calls of an API on `endpoint`.
 * @returns a function that sends an event to the other end.
 */
export function serve<A extends object, E = never>(
  endpoint: Endpoint,
  api: Served<A>,
): (event: E, transfer?: Transferable[]) => void {
  const running = new Map<number, AbortController>();
  const post = (message: Wire, transfer: Transferable[] = []) => endpoint.postMessage(message, { transfer });

  endpoint.addEventListener('message', async event => {
    const message = (event as MessageEvent<Wire>).data;
    if (message.kind === 'cancel') running.get(message.id)?.abort();
    if (message.kind !== 'request') return;
    const { id, method, input } = message;
    const controller = new AbortController();
    running.set(id, controller);
    const call: CallContext = {
      signal: controller.signal,
      progress: value => post({ kind: 'progress', id, value }),
    };
    try {
      if (!Object.hasOwn(api, method))
        throw new AppError('worker/method', `No method "${method}" is served.`);
      const run = (api as Record<string, (input: unknown, call: CallContext) => unknown>)[method];
      const value = await run?.(input, call);
      if (value instanceof Transfer) post({ kind: 'reply', id, value: value.value }, value.buffers);
      else post({ kind: 'reply', id, value });
    } catch (error) {
      post({ kind: 'error', id, error: pack(error) });
    } finally {
      running.delete(id);
    }
  });
  endpoint.start?.();
  return (event, transfer) => post({ kind: 'event', event }, transfer);
}
