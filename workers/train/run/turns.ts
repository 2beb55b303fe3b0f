/**
 * @file Steps the running runs in turn. One that waits for something, its programs to compile, a batch, losses or an
 * evaluation on their way back, keeps no other waiting: whoever can issue a step at once is next. Of compared runs that
 * can, the one behind takes the turns of those ahead until it has caught up: from then on every batch is decoded once.
 */
import type { RunPhase } from '../../protocol/runs';
import { yieldToMessages } from './yieldToMessages';

/** What of a run decides whose turn it is. */
export interface Stepping {
  readonly phase: RunPhase;
  /** Steps issued. */
  readonly step: number;
  /** The batches that it shares with the runs that it is compared with, and with no other. */
  readonly stream: object;
  /** Whether the next step can be issued at once. */
  readonly hasRoom: boolean;
  /** Resolves when it may be: what it waits for now is over. */
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
        // A run whose turn it is and the one that takes it are of one comparison: no other comparison loses a turn.
        const turn = running.find(run => run.hasRoom);
        if (!turn) {
          await this.#room(running);
          continue;
        }
        this.#queue.delete(turn);
        this.#queue.add(turn);
        void lastOf(turn, running).advance();
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

/** Who is furthest behind of the runs that `run` is compared with, but for those that wait; `run` where none is. */
function lastOf(run: Stepping, running: readonly Stepping[]): Stepping {
  const compared = running.filter(({ stream, hasRoom }) => stream === run.stream && hasRoom);
  return compared.reduce((last, other) => (other.step < last.step ? other : last), run);
}
