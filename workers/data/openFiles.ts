/** @file From dropped files to a dataset: list, detect the layout, read labels, check every image. */

import type { OpenProgress, Skipped } from '../protocol/dataset';
import { AppError } from '../protocol/errors';
import type { CallContext } from '../protocol/link';
import { type Listing, listEntries, type SourceFile } from './archive/archive';
import { mapLimited } from './archive/pool';
import { buildIndex, fingerprint } from './buildIndex';
import { canDecode, decodeImage } from './images/decode';
import { headerBytes, headerProblem, readImageHeader } from './images/imageHeader';
import { detectLayout } from './layouts/detect';
import type { Entry, RawSample } from './layouts/layout';
import { findSequences } from './layouts/sequences';
import type { SampleSource } from './sampleSource';
import { summarise } from './summary';

/** Disk reads in flight; more does not make a disk faster, and each holds a buffer. */
const readsAtOnce = 8;

export interface OpenFilesInput {
  id: string;
  files: readonly SourceFile[];
  /** A layout chosen by a person instead of the detected one. */
  layout?: string | undefined;
  /** Whether the browser decodes an image; the browser's own answer by default. */
  decodes?: Decodes | undefined;
}
export type Decodes = (bytes: Uint8Array<ArrayBuffer>) => Promise<boolean>;

/**
 * @throws AppError `archive/*` for what cannot be read, `dataset/*` for what cannot be understood; the message says
 * what to do. Rejects with an AbortError when `signal` is aborted.
 */
export async function openFiles(
  { id, files, layout: wanted, decodes = canDecode }: OpenFilesInput,
  signal: AbortSignal,
  progress: (value: OpenProgress) => void,
): Promise<SampleSource> {
  const listing = await listEntries(files, signal, done => progress({ phase: 'listing', done, total: 0 }));
  const { id: layoutId, layout, candidates } = detectLayout(listing.entries, wanted);
  progress({ phase: 'reading', done: 0, total: listing.entries.length });
  const read = await layout.read(listing.entries, signal);
  const checked = await checkImages(findSequences(read.samples), decodes, signal, progress);
  const skipped = [...listing.skipped, ...read.skipped, ...checked.skipped];
  if (checked.samples.length === 0) throw nothingLeft(listing, read.samples.length, checked.skipped, skipped);

  const unnamed = buildIndex(listing.name, layoutId, checked.samples);
  const index = { id, fingerprint: fingerprint(unnamed), ...unnamed };
  const summary = summarise(index, {
    layoutLabel: layout.label,
    candidates,
    notes: read.notes,
    skipped,
    source: { kind: 'files', files: files.map(file => file.path) },
  });
  return {
    index,
    summary,
    async pixels(sample, size, abort) {
      const found = checked.samples[sample];
      if (!found) throw new AppError('dataset/sample', `${index.name} has no image number ${sample}.`);
      return decodeImage(found.entry.path, await found.entry.bytes(abort), size);
    },
    zip() {
      throw new AppError(
        'dataset/save',
        `${index.name} came from files; only sample faces can be saved as a zip.`,
      );
    },
  };
}

/** Why an image cannot be used, or `null`. */
async function problemOf(entry: Entry, decodes: Decodes, signal: AbortSignal): Promise<string | null> {
  try {
    // Nearly all are smaller than this and read only once.
    const head = await entry.head(headerBytes, signal);
    const problem = headerProblem(readImageHeader(head));
    if (problem) return problem;
    const bytes = head.length < entry.byteLength ? await entry.bytes(signal) : head;
    return (await decodes(bytes)) ? null : 'its first bytes are sound, but its picture is damaged';
  } catch (error) {
    if (error instanceof AppError && error.code === 'archive/damaged') return 'it is damaged in the archive';
    throw error;
  }
}

/**
 * Drops the samples that are no picture, each decoded once: a bad one costs one image now, and met in the middle of a
 * run it would cost the run.
 */
async function checkImages(
  samples: readonly RawSample[],
  decodes: Decodes,
  signal: AbortSignal,
  progress: (value: OpenProgress) => void,
): Promise<{ samples: RawSample[]; skipped: Skipped[] }> {
  let done = 0;
  const problems = await mapLimited(samples, readsAtOnce, signal, async ({ entry }) => {
    const problem = await problemOf(entry, decodes, signal);
    progress({ phase: 'checking', done: ++done, total: samples.length });
    return problem;
  });
  return {
    samples: samples.filter((_, i) => problems[i] === null),
    skipped: samples.flatMap(({ entry: { path } }, i) => {
      const problem = problems[i];
      return problem ? [{ path, reason: `cannot be decoded: ${problem}` }] : [];
    }),
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

/** Passes on at most one progress report in `intervalMs`, and always the last of a phase. */
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
