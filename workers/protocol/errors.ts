/** @file The errors that are shown to the visitor. They keep their code and message on the way from a worker to the page. */

/** An error that a person can act on. The code has the form `area/what`. The message says what failed and what to do. */
export class AppError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }
}
