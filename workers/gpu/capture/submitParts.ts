/**
 * @file Decides in how many submits a replay goes to the GPU. One submit costs the least, but systems reset a GPU
 * that has worked on one submit for two seconds or more. Before the first replay is timed, nobody knows how long it
 * takes.
 */

const longestSubmitMs = 1000;
/** tfjs submits this many at once. A GPU that could run the steps before the replay can run these submits too. */
const untimedCommands = 64;

export class SubmitParts {
  readonly #commands: number;
  readonly #patient: boolean;
  #fastestMs = Number.POSITIVE_INFINITY;

  /** @param commands in one replay. @param patient is true on a GPU in software, where no submit is too long. */
  constructor(commands: number, patient: boolean) {
    this.#commands = commands;
    this.#patient = patient;
  }

  /** The number of submits for the next replay. */
  get count(): number {
    if (this.#patient) return 1;
    const parts = Number.isFinite(this.#fastestMs)
      ? this.#fastestMs / longestSubmitMs
      : this.#commands / untimedCommands;
    return Math.max(1, Math.ceil(parts));
  }

  /** Reports how long a replay took, waiting included. The fastest one counts. */
  took(ms: number): void {
    this.#fastestMs = Math.min(this.#fastestMs, ms);
  }
}
