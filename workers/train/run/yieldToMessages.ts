/**
 * @file Lets the worker handle its messages between two steps. Nested timers would cost at least 4 ms each, a message
 * does not.
 */

const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();

/** Resolves in a new task, after the messages that are already queued. */
export function yieldToMessages(): Promise<void> {
  return new Promise(resolve => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}
