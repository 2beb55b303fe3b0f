/**
 * @file `manifest.csv`: a table that describes every image. Its columns are `path` (required, relative to the manifest),
 * `identity`, `expression`, `label_map`, `modality`, `split`, `fold`, `sequence` and `frame`. Any other column (age group,
 * glasses, …) is a label column, and its name is in lower case.
 *
 * An expression is a word, or a number that `label_map` explains: `0=neutral;1=anger;…`. The map is needed because datasets
 * number expressions differently. It is written in one row, usually the first, and holds for the whole file.
 */

import * as v from 'valibot';
import type { Skipped } from '../../protocol/dataset';
import { AppError } from '../../protocol/errors';
import type { Entry } from '../archive/entry';
import { baseName, folders, isImage } from '../archive/paths';
import { type CsvRow, csvRows } from './csv';
import { expressionNames, expressionOf } from './labels';
import type { Layout, LayoutResult, RawSample } from './layout';
import { type ManifestRow, rowColumns, rowSchema } from './manifestRow';
import { explainOthers } from './sortOut';

/** The columns that are not further label columns. `rowSchema` describes all except the last two. */
const columns: readonly string[] = [...rowColumns, 'label_map', 'landmarks'];

/** Finds the outermost manifest. One in a deeper folder belongs to something else. */
function findManifest(entries: readonly Entry[]): Entry | undefined {
  return entries
    .filter(entry => baseName(entry.path).toLowerCase() === 'manifest.csv')
    .sort((a, b) => folders(a.path).length - folders(b.path).length)[0];
}

function fail(line: number, what: string): never {
  throw new AppError('dataset/manifest', `manifest.csv line ${line}: ${what}`);
}

function parseLabelMap(text: string, line: number): Map<string, string> {
  const map = new Map<string, string>();
  for (const pair of text.split(/[;|]/)) {
    if (pair.trim() === '') continue;
    const [code = '', word = '', ...rest] = pair.split(/[=:]/).map(part => part.trim());
    const expression = expressionOf(word);
    if (!code || !expression || rest.length > 0)
      fail(
        line,
        `label_map "${pair.trim()}" is not of the form 1=anger with one of ${expressionNames.join(', ')}.`,
      );
    map.set(code, expression);
  }
  return map;
}

/**
 * Two paths are the same if they differ only in letter case or in the encoding of accents, which macOS stores as separate
 * characters.
 */
const keyOf = (path: string) => path.normalize('NFC').toLowerCase();

/** Reads the rows of one table. An error names the line and the value. */
function table(rows: readonly CsvRow[]) {
  const [header, ...body] = rows;
  if (!header) fail(1, 'the file is empty. It needs a header line with at least the column path.');
  const names = header.fields.map(name => name.toLowerCase());
  if (!names.includes('path'))
    fail(header.line, `no column is called path (found: ${header.fields.join(', ')}). Add it.`);
  const at = (row: CsvRow, column: string) => row.fields[names.indexOf(column)]?.trim() ?? '';
  const maps = body.filter(row => at(row, 'label_map') !== '');
  const labelMap = new Map<string, string>();
  for (const row of maps)
    for (const [code, expression] of parseLabelMap(at(row, 'label_map'), row.line)) {
      const before = labelMap.get(code);
      if (before !== undefined && before !== expression)
        fail(row.line, `label_map says ${code}=${expression}, but an earlier line says ${code}=${before}.`);
      labelMap.set(code, expression);
    }
  const schema = rowSchema(labelMap);
  return {
    body,
    /** The further label columns and their positions. */
    further: names
      .map((name, at) => ({ name, at }))
      .filter(({ name, at }) => name !== '' && names.indexOf(name) === at && !columns.includes(name)),
    hasLandmarks: names.includes('landmarks'),
    read(row: CsvRow): ManifestRow {
      const cells = Object.fromEntries(rowColumns.map(column => [column, at(row, column)]));
      const parsed = v.safeParse(schema, cells);
      return parsed.success ? parsed.output : fail(row.line, parsed.issues[0].message);
    },
  };
}

interface FurtherColumn {
  name: string;
  /** The index of the column in the fields of a row. */
  at: number;
}

/**
 * Divides the further columns into labels and others. In a column of file names, addresses or numbers no value comes
 * twice.
 */
function furtherColumns(columns: readonly FurtherColumn[], rows: readonly CsvRow[]) {
  const labels: FurtherColumn[] = [];
  const unlike: FurtherColumn[] = [];
  for (const column of columns) {
    const given = rows.map(row => row.fields[column.at]?.trim().toLowerCase()).filter(Boolean);
    if (given.length === 0) continue;
    (new Set(given).size < given.length ? labels : unlike).push(column);
  }
  return [labels, unlike] as const;
}

function read(
  entries: readonly Entry[],
  manifest: Entry,
  bytes: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): LayoutResult {
  const rows = table([...csvRows(bytes, 'manifest.csv')]);
  const [labels, unlike] = furtherColumns(rows.further, rows.body);
  const base = folders(manifest.path)
    .map(folder => `${folder}/`)
    .join('');
  const byPath = new Map(entries.map(entry => [keyOf(entry.path), entry]));
  const used = new Map<Entry, number>();
  const samples: RawSample[] = [];
  const skipped: Skipped[] = [];

  for (const row of rows.body) {
    signal.throwIfAborted();
    const { path, identity, expression, modality, sequence, ...rest } = rows.read(row);
    const further = labels.map(({ name, at }) => [name, row.fields[at]?.trim() || null] as const);
    const described = {
      labels: { ...Object.fromEntries(further), identity, expression, modality },
      // Two people may both have a "sequence 1", so the person is part of the name.
      sequence: sequence && identity ? `${identity}/${sequence}` : sequence,
      ...rest,
    };
    const entry = byPath.get(keyOf(base + path)) ?? byPath.get(keyOf(path));
    const first = entry && used.get(entry);
    if (!entry)
      skipped.push({ path, reason: `listed in manifest.csv line ${row.line}, but there is no such file` });
    else if (first !== undefined)
      skipped.push({ path, reason: `listed twice in manifest.csv: line ${row.line} after line ${first}` });
    else {
      used.set(entry, row.line);
      if (isImage(entry.path)) samples.push({ image: entry, ...described });
      else skipped.push(...explainOthers([entry], ''));
    }
  }
  const others = entries.filter(entry => entry !== manifest && !used.has(entry));
  skipped.push(...explainOthers(others, 'not listed in manifest.csv'));
  const notes: string[] = [];
  for (const { name } of unlike)
    notes.push(`manifest.csv: every row has another value in the column ${name}, so it is no label.`);
  if (rows.hasLandmarks) notes.push('manifest.csv: landmarks are not used; images are taken as they are.');
  return { samples, skipped, notes };
}

export const manifest: Layout = {
  label: 'manifest.csv',
  detect: entries => (findManifest(entries) ? 1 : 0),
  async read(entries, signal) {
    const found = findManifest(entries);
    if (!found)
      throw new AppError('dataset/manifest', 'There is no manifest.csv. Add one, or choose another layout.');
    return read(entries, found, await found.bytes(signal), signal);
  },
};
