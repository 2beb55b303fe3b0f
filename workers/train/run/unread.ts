/**
 * @file The steps that are issued but whose numbers are not read yet. The numbers come back some steps later, and several
 * steps' numbers come together where steps are fast, so that the GPU does not wait for JavaScript. They are handled in order.
 */
import type { StepReport } from '../step/report';

export class Unread {
  /** The oldest step is first. These promises never reject. */
  readonly #steps: Promise<void>[] = [];

  get count(): number {
    return this.#steps.length;
  }

  /**
   * @param take is called with the numbers of the step, or with the reason why there are none, after all earlier steps were
   * handled. It must not throw.
   */
  add(step: Promise<StepReport>, take: (outcome: PromiseSettledResult<StepReport>) => void): void {
    const before = this.#steps.at(-1);
    const taken = async () => {
      const [outcome] = await Promise.allSettled([step, before]);
      this.#steps.shift();
      take(outcome);
    };
    this.#steps.push(taken());
  }

  /** Resolves when the oldest step is handled. */
  async oldest(): Promise<void> {
    await this.#steps[0];
  }

  /** Resolves when all steps are handled. */
  async all(): Promise<void> {
    await Promise.all(this.#steps);
  }
}
