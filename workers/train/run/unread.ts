/**
 * @file Steps that are issued and whose numbers are on their way back, some steps later and several at once where steps
 * are fast, so that the GPU never waits for JavaScript. They are taken up in order.
 */
import type { StepReport } from '../step/report';

export class Unread {
  /** Oldest first; they never reject. */
  readonly #steps: Promise<void>[] = [];

  get count(): number {
    return this.#steps.length;
  }

  /** @param take hears of the step once all before it were taken: its numbers, or why there are none. Must not throw. */
  add(step: Promise<StepReport>, take: (outcome: PromiseSettledResult<StepReport>) => void): void {
    const before = this.#steps.at(-1);
    const taken = async () => {
      const [outcome] = await Promise.allSettled([step, before]);
      this.#steps.shift();
      take(outcome);
    };
    this.#steps.push(taken());
  }

  /** Resolves when the oldest is taken. */
  async oldest(): Promise<void> {
    await this.#steps[0];
  }

  /** Resolves when all are. */
  async all(): Promise<void> {
    await Promise.all(this.#steps);
  }
}
