/** @file Opens fixtures the way the worker does, without a browser: everything but decoding. */
import { type Decodes, openFiles } from '../../../workers/data/openFiles';
import type { OpenProgress } from '../../../workers/protocol/dataset';
import { asFile, zipOf } from '../../fixtures/archives';
import { encodePng } from '../../fixtures/images';

export interface Dropped {
  [path: string]: Uint8Array<ArrayBuffer>;
}

export function open(
  dropped: Dropped,
  options: {
    layout?: string;
    signal?: AbortSignal;
    onProgress?: (value: OpenProgress) => void;
    /** Stands in for the browser, which Node has not. */
    decodes?: Decodes;
  } = {},
) {
  const files = Object.entries(dropped).map(([path, bytes]) => ({
    path,
    file: asFile(path.split('/').at(-1) ?? '', bytes),
  }));
  return openFiles(
    { id: 'test', files, layout: options.layout, decodes: options.decodes ?? (async () => true) },
    options.signal ?? new AbortController().signal,
    options.onProgress ?? (() => {}),
  );
}

/** A zip of one-pixel images. */
export async function pictures(paths: readonly string[]): Promise<Dropped> {
  const picture = await encodePng(new Uint8Array(3), 1, 1);
  return { 'x.zip': await zipOf(paths.map(path => [path, picture])) };
}
