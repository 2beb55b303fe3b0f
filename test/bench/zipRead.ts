/** @file The measuring half of `zipRead.mjs`, in a browser: the small files of one archive, read in three ways in turns. */
import { BlobReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { mapLimited } from '../../workers/data/archive/pool';
import { openZip } from '../../workers/data/archive/zip';
import { zipOptions } from '../../workers/data/archive/zipEntry';
import { stream } from '../../workers/random';
import { zipOf } from '../fixtures/archives';

/** The number of reads at the same time, which is that of the dataset worker. */
const atOnce = 8;
const rounds = 5;

export interface ZipReadCase {
  files: number;
  byteLength: number;
  /** The level of deflate; 0 = stored. */
  level: number;
}
export type ZipReadResult = Record<'own' | 'zipJsChecked' | 'zipJsUnchecked', number>;

/** Half noise, half zeros, so that deflate has something to do. */
function content(seed: number, byteLength: number): Uint8Array<ArrayBuffer> {
  const random = stream('zip bench', seed);
  return Uint8Array.from({ length: byteLength }, (_, i) => (i % 64 < 32 ? random.integer(256) : 0));
}

/** Milliseconds to read every file of the archive in each way. They are medians of several rounds; the ways take turns. */
export async function measure({ files, byteLength, level }: ZipReadCase): Promise<ZipReadResult> {
  const all = Array.from({ length: files }, (_, i) => [`${i}.png`, content(i, byteLength)] as const);
  const zip = new Blob([await zipOf(all, { level })]);
  const { entries } = await openZip('bench.zip', zip, new AbortController().signal, () => undefined);
  const found = await new ZipReader(new BlobReader(zip), zipOptions).getEntries();
  const theirs = found.flatMap(entry => (entry.directory ? [] : [entry]));
  const byZipJs = (checkSignature: boolean) => () =>
    mapLimited(theirs, atOnce, undefined, entry =>
      entry.getData(new Uint8ArrayWriter(), { ...zipOptions, checkSignature }),
    );
  const ways: Record<keyof ZipReadResult, () => Promise<Uint8Array[]>> = {
    own: () => mapLimited(entries, atOnce, undefined, entry => entry.bytes()),
    zipJsChecked: byZipJs(true),
    zipJsUnchecked: byZipJs(false),
  };
  const times: Record<string, number[]> = {};
  for (let round = 0; round <= rounds; round++)
    for (const [way, read] of Object.entries(ways)) {
      const start = performance.now();
      const bytes = await read();
      const ms = performance.now() - start;
      if (bytes.some((file, i) => file.length !== byteLength || file[1] !== all[i]?.[1][1]))
        throw new Error(`${way} read other bytes than were packed`);
      // The first round warms up.
      if (round > 0) times[way] = [...(times[way] ?? []), ms];
    }
  const median = (way: keyof ZipReadResult) =>
    (times[way] ?? []).toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
  return {
    own: median('own'),
    zipJsChecked: median('zipJsChecked'),
    zipJsUnchecked: median('zipJsUnchecked'),
  };
}
