/** @file The open datasets, and the two APIs that answer from them. */

import type { DatasetApi, DatasetSource, PixelsApi, PixelsEvent } from '../protocol/dataset';
import { AppError } from '../protocol/errors';
import { type CallContext, type Served, serve, Transfer } from '../protocol/link';
import { mapLimited } from './archive/pool';
import { contactSheet } from './images/contactSheet';
import { defaultCacheBytes, pixelCache } from './images/pixelCache';
import { type Decodes, openFiles, throttled } from './openFiles';
import type { SampleSource } from './sampleSource';
import { openSampleSet } from './synthetic/openSampleSet';

/** Decodes in flight: browsers decode on a few threads of their own. */
const decodesAtOnce = 8;
const largestSize = 512;

export interface Library {
  dataset: Served<DatasetApi>;
  pixels: Served<PixelsApi>;
}

export interface LibraryOptions {
  cacheBytes?: number;
  decodes?: Decodes;
}

/** Several datasets stay open by id until `close`; opening another never touches them. */
export function createLibrary({ cacheBytes = defaultCacheBytes, decodes }: LibraryOptions = {}): Library {
  const open = new Map<string, SampleSource>();
  const cache = pixelCache(cacheBytes);
  const clients: ((event: PixelsEvent) => void)[] = [];
  let nextId = 1;

  const find = (id: string): SampleSource => {
    const source = open.get(id);
    if (!source)
      throw new AppError('dataset/closed', `No dataset "${id}" is open. Open it again, then try once more.`);
    return source;
  };

  const load = (id: string, source: DatasetSource, layout: string | undefined, call: CallContext) => {
    const progress = throttled(call);
    return source.kind === 'files'
      ? openFiles({ id, files: source.files, layout, decodes }, call.signal, progress)
      : openSampleSet({ id, source }, progress);
  };

  const pixels: Served<PixelsApi> = {
    index: ({ id }) => find(id).index,
    async pixels({ id, indices, size }, { signal }) {
      const source = find(id);
      if (!Number.isInteger(size) || size < 1 || size > largestSize)
        throw new AppError(
          'dataset/size',
          `Images of ${size} pixels were asked for; 1 to ${largestSize} can be made.`,
        );
      const length = size * size * 3;
      const batch = new Uint8Array(indices.length * length);
      await mapLimited(indices, decodesAtOnce, signal, async (sample, at) => {
        // Not with this call's signal: another call may wait for the same image.
        batch.set(await cache.get(`${id}/${size}/${sample}`, () => source.pixels(sample, size)), at * length);
      });
      return new Transfer(batch, [batch.buffer]);
    },
  };

  return {
    pixels,
    dataset: {
      async open({ source, layout }, call) {
        const id = `dataset-${nextId++}`;
        const opened = await load(id, source, layout, call);
        call.signal.throwIfAborted();
        open.set(id, opened);
        return opened.summary;
      },
      async contactSheet({ id, count, size }, { signal }) {
        const sheet = await contactSheet(find(id), count, size, signal);
        return new Transfer(
          sheet,
          sheet.tiles.map(tile => tile.pixels.buffer),
        );
      },
      saveZip: ({ id }, { signal }) => find(id).zip(signal),
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
