/** @file Opens fixtures as the worker does, but without a browser: everything is done except decoding. */
import { DamagedPicture } from '../../../workers/data/images/damage';
import { type Decode, headProblem } from '../../../workers/data/images/decode';
import { openFiles } from '../../../workers/data/openFiles';
import type { OpenProgress } from '../../../workers/protocol/dataset';
import { asFile, zipOf } from '../../fixtures/archives';
import { encodePng } from '../../fixtures/images';

export interface Dropped {
  [path: string]: Uint8Array<ArrayBuffer>;
}

/**
 * A decoder for Node, which does not have that of a browser. It makes a gray picture of each image that `decodes`
 * accepts.
 */
export const pretendDecode =
  (decodes: (bytes: Uint8Array) => boolean = () => true): Decode =>
  async (path, bytes, size) => {
    const problem =
      headProblem(bytes) ?? (decodes(bytes) ? null : 'its first bytes are sound, but its picture is damaged');
    if (problem) throw new DamagedPicture(path, bytes.length, problem);
    return new Uint8Array(size * size * 3).fill(128);
  };

export function open(
  dropped: Dropped,
  options: {
    layout?: string;
    signal?: AbortSignal;
    onProgress?: (value: OpenProgress) => void;
    /** Whether a browser could decode an image. */
    decodes?: (bytes: Uint8Array) => boolean;
  } = {},
) {
  const files = Object.entries(dropped).map(([path, bytes]) => ({
    path,
    file: asFile(path.split('/').at(-1) ?? '', bytes),
  }));
  return openFiles(
    { id: 'test', files, layout: options.layout, decode: pretendDecode(options.decodes) },
    options.signal ?? new AbortController().signal,
    options.onProgress ?? (() => {}),
  );
}

/** A zip of one-pixel images. */
export async function pictures(paths: readonly string[]): Promise<Dropped> {
  const picture = await encodePng(new Uint8Array(3), 1, 1);
  return { 'x.zip': await zipOf(paths.map(path => [path, picture])) };
}
