/** @file Work of one owner, done one after the other in the order in which it was asked for. */
export class OneByOne {
  /** Never rejects. */
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;

  /** Whether nothing is under way or waiting. */
  get isIdle(): boolean {
    return this.#pending === 0;
  }

  /** Runs `work` after all that was asked for before; resolves or rejects as it does. */
  do<T>(work: () => Promise<T>): Promise<T> {
    this.#pending++;
    const result = this.#last.then(work).finally(() => {
      this.#pending--;
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when all that was asked for so far is done. */
  async soFar(): Promise<void> {
    await this.#last;
  }
}
