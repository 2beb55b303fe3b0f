/**
 * @file Steps the running runs in turn. One that waits for something, its programs to compile, a batch, losses or an
 * evaluation on their way back, keeps no other waiting: whoever can issue a step at once is next.
 */
import type { RunPhase } from '../protocol/runs';
import { yieldToMessages } from './yieldToMessages';

/** What of a run decides whose turn it is. */
export interface Stepping {
  readonly phase: RunPhase;
  /** Whether the next step can be issued at once. */
  readonly hasRoom: boolean;
  /** Resolves when it can. */
  room(): Promise<void>;
  /** Issues one step; never rejects. */
  advance(): Promise<void>;
  /** Resolves when every issued step is recorded. */
  settle(): Promise<void>;
}

export class Turns {
  /** The one that has waited longest first. */
  readonly #queue = new Set<Stepping>();
  #looping = false;
  /** Ends the wait for room: another run wants to step. */
  #wake = () => {};

  add(run: Stepping): void {
    this.#queue.add(run);
  }

  delete(run: Stepping): void {
    this.#queue.delete(run);
  }

  /** Steps until no run runs. Called again in the meantime, it looks for new running ones and returns. */
  async loop(): Promise<void> {
    this.#wake();
    if (this.#looping) return;
    this.#looping = true;
    try {
      for (;;) {
        const running = [...this.#queue].filter(run => run.phase === 'running');
        if (running.length === 0) break;
        // Compared runs alternate, and a resumed one does not wait for a new one.
        const next = running.find(run => run.hasRoom);
        if (!next) {
          await this.#room(running);
          continue;
        }
        this.#queue.delete(next);
        this.#queue.add(next);
        void next.advance();
        // A step that waits for nothing is issued before the next task begins.
        await yieldToMessages();
      }
    } finally {
      this.#looping = false;
    }
    for (const run of [...this.#queue]) await run.settle();
  }

  async #room(running: readonly Stepping[]): Promise<void> {
    const woken = new Promise<void>(resolve => {
      this.#wake = resolve;
    });
    await Promise.race([...running.map(run => run.room()), woken]);
  }
}
