/**
 * @file Checks and reads one row of a `manifest.csv`. The type of each column comes from its schema. An error message is a
 * clause that follows "manifest.csv line 3:".
 */
import * as v from 'valibot';
import { expressionNames, expressionOf, modalityOf, splitOf } from './labels';

/** The text of a cell, or `null` if the cell is empty. */
const words = v.pipe(
  v.string(),
  v.transform(text => text || null),
);

const wholeNumber = (column: string) =>
  v.pipe(
    v.string(),
    v.regex(/^\d*$/, ({ received }) => `${column} ${received} is not a whole number.`),
    v.transform(text => (text === '' ? null : Number(text))),
  );

/** A word, or a number that the table's label map explains. */
const expression = (labelMap: ReadonlyMap<string, string>) => {
  const read = (text: string) => labelMap.get(text) ?? expressionOf(text);
  return v.pipe(
    v.string(),
    v.check(
      text => text === '' || read(text) !== null || !/^-?\d+(\.0*)?$/.test(text),
      ({ input }) =>
        `expression ${input} is a number, and datasets number expressions differently. Add a column label_map with a value such as 0=neutral;1=anger, or write words.`,
    ),
    v.check(
      text => text === '' || read(text) !== null,
      ({ received }) => `expression ${received} is none of ${expressionNames.join(', ')}.`,
    ),
    v.transform(text => (text === '' ? null : read(text))),
  );
};

/** The schema of all columns except `label_map`, which belongs to the whole table, and the further label columns. */
export const rowSchema = (labelMap: ReadonlyMap<string, string>) =>
  v.object({
    path: v.pipe(
      v.string(),
      v.transform(path => path.replaceAll('\\', '/').replace(/^(\.?\/)+/, '')),
      v.nonEmpty('the path is empty.'),
    ),
    identity: words,
    expression: expression(labelMap),
    modality: v.pipe(
      words,
      v.transform(word => word && (modalityOf(word) ?? word)),
    ),
    split: v.pipe(
      v.string(),
      v.check(
        text => text === '' || splitOf(text) !== null,
        ({ received }) => `split ${received} is none of train, validation, test.`,
      ),
      v.transform(splitOf),
    ),
    fold: wholeNumber('fold'),
    sequence: words,
    frame: wholeNumber('frame'),
  });

export type ManifestRow = v.InferOutput<ReturnType<typeof rowSchema>>;

/** The names of the columns that the schema of a row reads. */
export const rowColumns = Object.keys(rowSchema(new Map()).entries) as (keyof ManifestRow)[];
