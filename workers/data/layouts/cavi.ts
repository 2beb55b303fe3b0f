/**
 * @file CaVI: `Caricature/Adam_Sandler/Adam_Sandler_c_0.jpg` and `Real/Adam_Sandler/Adam_Sandler_r_0.jpg`. Lists of
 * pairs lie beside them; they are recognised and named, training does not need them. The numbering has gaps, letter
 * case differs, and some names end in `(1)`: what is there is used.
 */
import { modalityOf } from '../labels';
import { folders, isImage, stem } from '../paths';
import type { Entry, Layout, RawSample } from './layout';
import { explainOthers } from './others';

const list =
  /(^|\/)(train-test-files|data_instances)\/[^/]+\.txt$|(^|\/)(testing_\d+|training_\d+|validation|complete_identity_list)\.txt$/i;
const mark = /_([cr])_?\d+\s*(\(\d+\))?$/i;

/** `strict`: the name carries its mark as well, as in the original; otherwise the folders are enough. */
function sample(entry: Entry, strict: boolean): RawSample | null {
  const [kind = '', person] = folders(entry.path).slice(-2);
  if (!person || !/^(caricature|real)s?$/i.test(kind)) return null;
  const modality = modalityOf(kind);
  const marked = mark.exec(stem(entry.path))?.[1]?.toLowerCase();
  if (strict && marked !== (modality === 'caricature' ? 'c' : 'r')) return null;
  return {
    entry,
    identity: person.replaceAll('_', ' ').trim(),
    expression: null,
    modality,
    sequence: null,
    frame: null,
    split: null,
    fold: null,
  };
}

export const cavi: Layout = {
  label: 'CaVI (Caricature/ and Real/, a folder a person)',
  detect(entries) {
    const images = entries.filter(entry => isImage(entry.path));
    return images.filter(entry => sample(entry, true)).length / Math.max(1, images.length);
  },
  async read(entries) {
    const kept = entries
      .filter(entry => isImage(entry.path))
      .map(entry => sample(entry, false))
      .filter(found => found !== null);
    const used = new Set(kept.map(found => found.entry));
    const others = entries.filter(entry => !used.has(entry));
    const skipped = explainOthers(others, 'it does not lie in Caricature/<person>/ or Real/<person>/').map(
      skip =>
        list.test(skip.path)
          ? {
              path: skip.path,
              reason: 'a list of pairs or names for the verification protocol; training does not use it',
            }
          : skip,
    );
    return { samples: kept, skipped, notes: [] };
  },
};
