/**
 * @file The indexes of the open datasets. An index lists every sample of a dataset, and copying it between workers takes
 * time. So it is fetched once and kept until the dataset is closed.
 */
import type { DatasetIndex, PixelsApi } from '../protocol/dataset';
import type { Link } from '../protocol/link';

export class OpenIndexes {
  readonly #pixels: Link<PixelsApi>;
  readonly #known = new Map<string, Promise<DatasetIndex>>();

  constructor(pixels: Link<PixelsApi>) {
    this.#pixels = pixels;
  }

  /** The index of an open dataset. @throws AppError `dataset/closed`. */
  get(id: string): Promise<DatasetIndex> {
    const known = this.#known.get(id);
    if (known) return known;
    const asked = this.#pixels.call('index', { id });
    this.#known.set(id, asked);
    // An error is not kept, so the next call asks again.
    asked.catch(() => this.forget(id));
    return asked;
  }

  forget(id: string): void {
    this.#known.delete(id);
  }
}
