/**
 * @file CaVI: `Caricature/Adam_Sandler/Adam_Sandler_c_0.jpg` and `Real/Adam_Sandler/Adam_Sandler_r_0.jpg`. There are also lists
 * of pairs. They are recognised and named, but training does not need them. The numbers have gaps, letter case differs, and
 * some names end in `(1)`. All images that are there are used.
 */

import type { Entry } from '../archive/entry';
import { folders, stem } from '../archive/paths';
import { modalityOf } from './labels';
import type { Layout, RawSample } from './layout';
import { shareThatFits, sortOut } from './sortOut';

const list =
  /(^|\/)(train-test-files|data_instances)\/[^/]+\.txt$|(^|\/)(testing_\d+|training_\d+|validation|complete_identity_list)\.txt$/i;
const mark = /_([cr])_?\d+\s*(\(\d+\))?$/i;

/**
 * With `strict` the file name must also have its mark (`_c_` or `_r_`), as in the original. Otherwise the folders are
 * enough.
 */
function sample(entry: Entry, strict: boolean): RawSample | null {
  const [kind = '', person] = folders(entry.path).slice(-2);
  if (!person || !/^(caricature|real)s?$/i.test(kind)) return null;
  const modality = modalityOf(kind);
  const marked = mark.exec(stem(entry.path))?.[1]?.toLowerCase();
  if (strict && marked !== (modality === 'caricature' ? 'c' : 'r')) return null;
  return {
    image: entry,
    labels: { identity: person.replaceAll('_', ' ').trim(), expression: null, modality },
    sequence: null,
    frame: null,
    split: null,
    fold: null,
  };
}

export const cavi: Layout = {
  label: 'CaVI (Caricature/ and Real/, a folder a person)',
  detect: entries => shareThatFits(entries, entry => sample(entry, true) !== null),
  async read(entries) {
    const { samples, skipped } = sortOut(
      entries,
      entry => sample(entry, false),
      'it does not lie in Caricature/<person>/ or Real/<person>/',
    );
    const listReason = 'a list of pairs or names for the verification protocol; training does not use it';
    return {
      samples,
      skipped: skipped.map(skip => (list.test(skip.path) ? { path: skip.path, reason: listReason } : skip)),
      notes: [],
    };
  },
};
