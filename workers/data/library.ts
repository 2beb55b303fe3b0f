/** @file The open datasets, and the two APIs that read them. */

import type {
  DatasetApi,
  DatasetEvent,
  DatasetSource,
  PixelsApi,
  PixelsEvent,
  Skipped,
} from '../protocol/dataset';
import { AppError } from '../protocol/errors';
import { type CallContext, type Served, serve, Transfer } from '../protocol/link';
import { mapLimited } from './archive/pool';
import { contactSheet } from './images/contactSheet';
import { damageOf, watchDamage } from './images/damage';
import type { Decode } from './images/decode';
import { defaultCacheBytes, pixelCache } from './images/pixelCache';
import { openFiles, throttled } from './openFiles';
import type { SampleSource } from './sampleSource';
import { openSampleSet } from './synthetic/openSampleSet';

/** How many images are decoded at once. Browsers decode on a few threads of their own. */
const decodesAtOnce = 8;
const largestSize = 512;

export interface Library {
  dataset: Served<DatasetApi>;
  pixels: Served<PixelsApi>;
}

export interface LibraryOptions {
  cacheBytes?: number;
  /** Replaces the decoders where there is no browser. */
  decode?: Decode;
  /** Is told of the damaged pictures that a call found. */
  onEvent?: (event: DatasetEvent) => void;
}

interface Opened {
  source: SampleSource;
  /** Damaged pictures of which the page was not told yet. */
  fresh: Skipped[];
}

/** Makes the library. Several datasets may be open at once, each by its id and until `close`. */
export function createLibrary({
  cacheBytes = defaultCacheBytes,
  decode,
  onEvent = () => undefined,
}: LibraryOptions = {}): Library {
  const open = new Map<string, Opened>();
  const cache = pixelCache(cacheBytes);
  const clients: ((event: PixelsEvent) => void)[] = [];
  let nextId = 1;

  const find = (id: string): Opened => {
    const opened = open.get(id);
    if (!opened)
      throw new AppError('dataset/closed', `No dataset "${id}" is open. Open it again, then try once more.`);
    return opened;
  };

  const tellOfDamage = (id: string, { fresh }: Opened) => {
    if (fresh.length > 0) onEvent({ kind: 'damaged', id, skipped: fresh.splice(0) });
  };

  const load = (id: string, source: DatasetSource, layout: string | undefined, call: CallContext) => {
    const progress = throttled(call);
    return source.kind === 'files'
      ? openFiles({ id, files: source.files, layout, decode }, call.signal, progress)
      : openSampleSet({ id, source }, progress);
  };

  const pixels: Served<PixelsApi> = {
    index: ({ id }) => find(id).source.index,
    async pixels({ id, indices, size }, { signal }) {
      const opened = find(id);
      const { source } = opened;
      if (!Number.isInteger(size) || size < 1 || size > largestSize)
        throw new AppError(
          'dataset/size',
          `Images of ${size} pixels were asked for; 1 to ${largestSize} can be made.`,
        );
      const length = size * size * 3;
      const bytes = new Uint8Array(indices.length * length);
      const damaged = new Set<number>();
      await mapLimited(indices, decodesAtOnce, signal, async (sample, at) => {
        try {
          // The signal of this call is not passed on, because another call may wait for the same image.
          const image = await cache.get(`${id}/${size}/${sample}`, () => source.pixels(sample, size));
          bytes.set(image, at * length);
        } catch (error) {
          if (damageOf(error) === null) throw error;
          damaged.add(sample);
        }
      });
      tellOfDamage(id, opened);
      return new Transfer({ bytes, damaged: [...damaged].sort((a, b) => a - b) }, [bytes.buffer]);
    },
  };

  return {
    pixels,
    dataset: {
      async open({ source, layout }, call) {
        const id = `dataset-${nextId++}`;
        const loaded = await load(id, source, layout, call);
        call.signal.throwIfAborted();
        const fresh: Skipped[] = [];
        open.set(id, { fresh, source: watchDamage(loaded, skipped => fresh.push(skipped)) });
        return loaded.summary;
      },
      async contactSheet({ id, count, size }, { signal }) {
        const opened = find(id);
        const sheet = await contactSheet(opened.source, count, size, signal);
        tellOfDamage(id, opened);
        return new Transfer(
          sheet,
          sheet.tiles.map(tile => tile.pixels.buffer),
        );
      },
      saveZip: ({ id }, { signal }) => find(id).source.zip(signal),
      attach({ port }) {
        clients.push(serve<PixelsApi, PixelsEvent>(port, pixels));
      },
      close({ id }) {
        open.delete(id);
        cache.drop(`${id}/`);
        for (const tell of clients) tell({ kind: 'closed', id });
      },
    },
  };
}
