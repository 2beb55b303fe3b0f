/**
 * @file Reads comma-separated values (RFC 4180) as spreadsheets write them. The package papaparse reads the rows. This file
 * finds the encoding and the separator, and it knows on which line a row began.
 */
import Papa from 'papaparse';
import { AppError } from '../../protocol/errors';
import { textPieces } from './textPieces';

export interface CsvRow {
  /** The line of the file where the row starts, counted from 1. */
  line: number;
  fields: string[];
}

/**
 * The longest row in characters. Without this limit, a quoted field that never ends would be read to the end of the file.
 */
const longestRow = 2 ** 24;
/** The first line with which Excel names the separator: `sep=;`. */
const separatorLine = /^"?sep=([^\r\n])"?[ \t]*(?:\r\n|\n|\r)/i;

const lineBreaks = (text: string) => text.match(/\r\n|\n|\r/g)?.length ?? 0;

/** The separator is the most frequent candidate in the header. Label maps also have semicolons, but not in the header. */
function separatorOf(text: string): string {
  const header = /[^\r\n]+/.exec(text)?.[0].replaceAll(/"[^"]*"/g, '') ?? '';
  const times = (separator: string) => header.split(separator).length;
  return [',', ';', '\t'].reduce((best, next) => (times(next) > times(best) ? next : best));
}

/** The result of papaparse for one row. `cursor` is where the next row begins. */
interface Step {
  data: string[][];
  errors: readonly { code: string }[];
  meta: { cursor: number };
}

/** Turns pieces of text into rows. It keeps the beginning of a row until the end of the row comes. */
class RowReader {
  readonly #name: string;
  readonly #parser: Papa.Parser;
  readonly #rows: CsvRow[] = [];
  #text = '';
  #cursor = 0;
  #line: number;

  constructor(name: string, line: number, separator: string, newline: '\n' | '\r') {
    this.#name = name;
    this.#line = line;
    this.#parser = new Papa.Parser({ delimiter: separator, newline, step: row => this.#take(row as Step) });
  }

  /** The rows that end in the text so far. If the text is `complete`, these are all rows. @throws AppError `csv/quote`. */
  read(piece: string, complete: boolean): CsvRow[] {
    this.#text += piece;
    this.#cursor = 0;
    this.#rows.length = 0;
    this.#parser.parse(this.#text, 0, !complete);
    this.#text = this.#text.slice(this.#cursor);
    if (this.#text.length > longestRow) throw this.#neverClosed();
    return [...this.#rows];
  }

  #take({ data, errors, meta }: Step): void {
    if (errors.some(({ code }) => code === 'MissingQuotes')) throw this.#neverClosed();
    if (errors.length > 0)
      throw new AppError(
        'csv/quote',
        `${this.#name} line ${this.#line}: a quoted field goes on after its closing quote. Double the quotes inside it.`,
      );
    const fields = (data[0] ?? []).map(field => field.trim());
    // A blank line is not a row.
    if (fields.length > 1 || (fields[0] ?? '') !== '') this.#rows.push({ line: this.#line, fields });
    this.#line += lineBreaks(this.#text.slice(this.#cursor, meta.cursor));
    this.#cursor = meta.cursor;
  }

  #neverClosed(): AppError {
    return new AppError(
      'csv/quote',
      `${this.#name} line ${this.#line}: a quoted field is never closed. Add the missing " or double the quotes inside it.`,
    );
  }
}

/**
 * The rows of a table, one after the other. Blank lines and spaces around fields are removed, because some copies of datasets
 * write `emotion, Usage`. Lines may end with LF, CRLF or CR. The text may be UTF-8, UTF-16 or Windows-1252. Fields may be
 * separated by `,`, `;` or tabs.
 * @throws AppError `csv/quote` when a quoted field does not end correctly. The message names the line where the row began.
 */
export function* csvRows(bytes: Uint8Array<ArrayBuffer>, name = 'the CSV file'): Generator<CsvRow> {
  let reader: RowReader | null = null;
  for (const piece of textPieces(bytes)) {
    const separator = reader === null ? separatorLine.exec(piece) : null;
    const text = separator ? piece.slice(separator[0].length) : piece;
    reader ??= new RowReader(
      name,
      separator ? 2 : 1,
      separator?.[1] ?? separatorOf(text),
      // With CRLF, the carriage return is removed like the spaces around a field.
      text.includes('\n') || !text.includes('\r') ? '\n' : '\r',
    );
    yield* reader.read(text, false);
  }
  if (reader) yield* reader.read('', true);
}
