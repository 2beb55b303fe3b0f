/**
 * @file Makes a dataset from dropped files. It lists them, detects the layout, reads the labels and looks at a few images. The
 * other images are checked when they are first needed (`watchDamage`), because decoding a large archive would take minutes.
 */

import type { OpenProgress, Skipped } from '../protocol/dataset';
import { AppError } from '../protocol/errors';
import type { CallContext } from '../protocol/link';
import { type Listing, listEntries, type SourceFile } from './archive/archive';
import { buildIndex, fingerprint } from './buildIndex';
import { type Decode, decodeImage } from './images/decode';
import { lookAtSome } from './images/lookAtSome';
import { detectLayout } from './layouts/detect';
import { findSequences } from './layouts/sequences';
import type { SampleSource } from './sampleSource';
import { summarise } from './summary';

export interface OpenFilesInput {
  id: string;
  files: readonly SourceFile[];
  /** The id of a layout that a person chose instead of the detected one. */
  layout?: string | undefined;
  /** Replaces the decoders where there is no browser. */
  decode?: Decode | undefined;
}

/**
 * Opens dropped files as a dataset.
 * @throws AppError `archive/*` when files cannot be read, `dataset/*` when they make no dataset. The message says what to do.
 * Rejects with an AbortError when `signal` is aborted.
 */
export async function openFiles(
  { id, files, layout: wanted, decode = decodeImage }: OpenFilesInput,
  signal: AbortSignal,
  progress: (value: OpenProgress) => void,
): Promise<SampleSource> {
  const listing = await listEntries(files, signal, done => progress({ phase: 'listing', done, total: 0 }));
  const { id: layoutId, layout, candidates } = detectLayout(listing.entries, wanted);
  progress({ phase: 'reading', done: 0, total: listing.entries.length });
  const read = await layout.read(listing.entries, signal);
  const looked = await lookAtSome(findSequences(read.samples), decode, signal, progress);
  const skipped = [...listing.skipped, ...read.skipped, ...looked.skipped];
  if (looked.samples.length === 0) throw nothingLeft(listing, read.samples.length, looked.skipped, skipped);

  const unnamed = buildIndex(listing.name, layoutId, { ...read, samples: looked.samples });
  const index = { id, fingerprint: fingerprint(unnamed), ...unnamed };
  const summary = summarise(index, {
    layoutLabel: layout.label,
    preset: layout.preset ?? null,
    candidates,
    notes: read.notes,
    skipped,
    source: { kind: 'files', files: files.map(file => file.path) },
  });
  return {
    index,
    summary,
    async pixels(sample, size, abort) {
      const found = looked.samples[sample];
      if (!found) throw new AppError('dataset/sample', `${index.name} has no image number ${sample}.`);
      return decode(found.image.path, await found.image.bytes(abort), size);
    },
    zip() {
      throw new AppError(
        'dataset/save',
        `${index.name} came from files; only sample faces can be saved as a zip.`,
      );
    },
  };
}

function nothingLeft(
  listing: Listing,
  labelled: number,
  undecodable: readonly Skipped[],
  skipped: readonly Skipped[],
): AppError {
  const first = undecodable[0] ?? skipped[0];
  const example = first ? ` ${first.path}: ${first.reason}.` : '';
  return labelled > 0
    ? new AppError(
        'dataset/undecodable',
        `None of the ${labelled} images in ${listing.name} can be decoded.${example} Check that they open in an image viewer, and pack them again.`,
      )
    : new AppError('dataset/unlabelled', `No image in ${listing.name} got a label.${example}`);
}

/** Passes on at most one progress report per `intervalMs` milliseconds, and always the last one of a phase. */
export function throttled(call: CallContext, intervalMs = 50): (value: OpenProgress) => void {
  let phase: OpenProgress['phase'] | null = null;
  let last = 0;
  return value => {
    const now = performance.now();
    if (value.phase === phase && value.done !== value.total && now - last < intervalMs) return;
    phase = value.phase;
    last = now;
    call.progress(value);
  };
}
