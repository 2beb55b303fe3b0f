/** @file The errors that a person reads. They keep their code and message on the way from a worker to the page. */

/** An error a person can act on. `code` is stable (`area/what`), the message says what failed and what to do. */
export class AppError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }
}
