/** @file Measures the steps per second over the last two seconds of running. */

const windowMs = 2000;

export class Speed {
  #marks: { at: number; step: number }[] = [];
  #stepsPerSecond = 0;

  /** The speed that was measured last. A paused or finished run keeps it. */
  get stepsPerSecond(): number {
    return this.#stepsPerSecond;
  }

  /** Notes that a step is done. `at` is the time in milliseconds. */
  mark(step: number, at: number): void {
    this.#marks.push({ at, step });
    while (this.#marks.length > 2 && at - (this.#marks[0]?.at ?? at) > windowMs) this.#marks.shift();
    const first = this.#marks[0];
    if (first && at > first.at) this.#stepsPerSecond = ((step - first.step) * 1000) / (at - first.at);
  }

  /** Forgets the last seconds, because the time that follows is not training time. */
  pause(): void {
    this.#marks = [];
  }
}
