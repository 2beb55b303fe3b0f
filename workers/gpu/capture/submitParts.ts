/**
 * @file In how many submits a replay goes to the GPU. One costs the least, but systems reset a GPU that has worked on
 * one submit for two seconds or more, and before a replay was timed nobody knows how long it takes.
 */

const longestSubmitMs = 1000;
/** As few as tfjs submits at once: a GPU that got through the steps before the replay gets through these. */
const untimedCommands = 64;

export class SubmitParts {
  readonly #commands: number;
  readonly #patient: boolean;
  #fastestMs = Number.POSITIVE_INFINITY;

  /** @param commands of the replay. @param patient whether no submit is too long: on a GPU in software. */
  constructor(commands: number, patient: boolean) {
    this.#commands = commands;
    this.#patient = patient;
  }

  /** For the next replay. */
  get count(): number {
    if (this.#patient) return 1;
    const parts = Number.isFinite(this.#fastestMs)
      ? this.#fastestMs / longestSubmitMs
      : this.#commands / untimedCommands;
    return Math.max(1, Math.ceil(parts));
  }

  /** A replay took so long, waiting included: the fastest counts. */
  took(ms: number): void {
    this.#fastestMs = Math.min(this.#fastestMs, ms);
  }
}
