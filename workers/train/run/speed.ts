/** @file Steps a second over the last moments of running. */

const windowMs = 2000;

export class Speed {
  #marks: { at: number; step: number }[] = [];
  #stepsPerSecond = 0;

  /** Last measured: a paused or finished run keeps it. */
  get stepsPerSecond(): number {
    return this.#stepsPerSecond;
  }

  /** A step is done; `at` in milliseconds. */
  mark(step: number, at: number): void {
    this.#marks.push({ at, step });
    while (this.#marks.length > 2 && at - (this.#marks[0]?.at ?? at) > windowMs) this.#marks.shift();
    const first = this.#marks[0];
    if (first && at > first.at) this.#stepsPerSecond = ((step - first.step) * 1000) / (at - first.at);
  }

  /** Forgets the window: time that passes now is not training time. */
  pause(): void {
    this.#marks = [];
  }
}
