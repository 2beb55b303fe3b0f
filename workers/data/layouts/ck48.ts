/**
 * @file CK+48: `anger/S010_004_00000017.png`, the last three frames of each labelled sequence of CK+, cut to 48×48.
 * The folder is the expression. The name has the subject, the sequence and the frame, so the three frames of a sequence can
 * be kept together (`S010_004`).
 */

import type { Entry } from '../archive/entry';
import { baseName, folders } from '../archive/paths';
import { expressionOf } from './labels';
import type { Layout, RawSample } from './layout';
import { shareThatFits, sortOut } from './sortOut';

const name = /^(S\d{3})_(\d{3})_(\d{8})\.\w+$/i;

function sample(entry: Entry): RawSample | null {
  const match = name.exec(baseName(entry.path));
  const expression = expressionOf(folders(entry.path).at(-1) ?? '');
  if (!match || !expression) return null;
  const [, subject = '', sequence = '', frame] = match;
  return {
    image: entry,
    labels: { identity: subject.toUpperCase(), expression, modality: null },
    sequence: `${subject.toUpperCase()}_${sequence}`,
    frame: Number(frame),
    split: null,
    fold: null,
  };
}

export const ck48: Layout = {
  label: 'CK+48 (expression folders, S010_004_00000017.png)',
  preset: 'ck48',
  detect: entries => shareThatFits(entries, entry => sample(entry) !== null),
  read: async entries => ({
    ...sortOut(
      entries,
      sample,
      'its name is not subject_sequence_frame in an expression folder, as in CK+48',
    ),
    notes: [],
  }),
};
