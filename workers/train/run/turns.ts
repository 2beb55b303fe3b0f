/**
 * @file Lets the running runs step in turn. A run may have to wait: for its programs to compile, for a batch, or for losses or
 * an evaluation that come back. It does not make the others wait, because the next step goes to a run that can issue it at
 * once. Compared runs use the same batches. So among them a run that is behind takes the turns of the runs ahead until it
 * has caught up. From then on every batch is decoded only once.
 */
import type { RunPhase } from '../../protocol/runs';
import { yieldToMessages } from './yieldToMessages';

/** The part of a run that `Turns` needs to decide whose turn it is. */
export interface Stepping {
  readonly phase: RunPhase;
  /** How many steps were issued. */
  readonly step: number;
  /** The source of batches. Runs that are compared with each other share it, and no other runs do. */
  readonly stream: object;
  /** Whether the next step can be issued at once. */
  readonly hasRoom: boolean;
  /** Resolves when what the run waits for is over, so that `hasRoom` may be true. */
  room(): Promise<void>;
  /** Issues one step. It never rejects. */
  advance(): Promise<void>;
  /** Resolves when all issued steps are recorded. */
  settle(): Promise<void>;
}

export class Turns {
  /** All runs. The run that has waited longest is first. */
  readonly #queue = new Set<Stepping>();
  #looping = false;
  /** Ends the wait for room, because another run wants to step. */
  #wake = () => {};

  add(run: Stepping): void {
    this.#queue.add(run);
  }

  delete(run: Stepping): void {
    this.#queue.delete(run);
  }

  /**
   * Steps until no run is running. A second call in the meantime returns at once, after it made the loop look for new
   * runs.
   */
  async loop(): Promise<void> {
    this.#wake();
    if (this.#looping) return;
    this.#looping = true;
    try {
      for (;;) {
        const running = [...this.#queue].filter(run => run.phase === 'running');
        if (running.length === 0) break;
        // Only a run of the same comparison may take the turn of this run, so other comparisons never lose a turn.
        const turn = running.find(run => run.hasRoom);
        if (!turn) {
          await this.#room(running);
          continue;
        }
        this.#queue.delete(turn);
        this.#queue.add(turn);
        void lastOf(turn, running).advance();
        // If the step waits for nothing, it is issued before this promise resolves.
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

/** The run with the fewest steps among `run` and the runs that it is compared with. Runs that have to wait do not count. */
function lastOf(run: Stepping, running: readonly Stepping[]): Stepping {
  const compared = running.filter(({ stream, hasRoom }) => stream === run.stream && hasRoom);
  return compared.reduce((last, other) => (other.step < last.step ? other : last), run);
}
