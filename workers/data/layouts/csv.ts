/**
 * @file Comma-separated values by RFC 4180, as spreadsheets really write them: papaparse reads the rows, and this file
 * finds the encoding and the separator and says on which line a row began.
 */
import Papa from 'papaparse';
import { AppError } from '../../protocol/errors';
import { textPieces } from './textPieces';

export interface CsvRow {
  /** Line of the file where the row starts, from 1. */
  line: number;
  fields: string[];
}

/** No row of a table is longer; a quoted field that never ends would be read up to the end of the file. */
const longestRow = 2 ** 24;
/** A line that Excel writes and reads: `sep=;`. */
const separatorLine = /^"?sep=([^\r\n])"?[ \t]*(?:\r\n|\n|\r)/i;

const lineBreaks = (text: string) => text.match(/\r\n|\n|\r/g)?.length ?? 0;

/** What most often stands between the names of the header; label maps hold semicolons, but not there. */
function separatorOf(text: string): string {
  const header = /[^\r\n]+/.exec(text)?.[0].replaceAll(/"[^"]*"/g, '') ?? '';
  const times = (separator: string) => header.split(separator).length;
  return [',', ';', '\t'].reduce((best, next) => (times(next) > times(best) ? next : best));
}

/** What papaparse's parser says of one row; `cursor` is where the next one begins. */
interface Step {
  data: string[][];
  errors: readonly { code: string }[];
  meta: { cursor: number };
}

/** Turns pieces of text into rows, keeping the beginning of a row until its end comes. */
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

  /** Rows that end within the text so far, all of them where it is `complete`. @throws AppError `csv/quote`. */
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
    // Blank lines are no rows.
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
 * Rows of a table, one after the other; blank lines are left out, and so are spaces around fields (some repacks write
 * `emotion, Usage`). Accepts LF, CRLF and CR; UTF-8, UTF-16 and Windows-1252; `,`, `;` and tabs between the fields.
 * @throws AppError `csv/quote` where a quoted field does not end as it should, naming the line where its row began.
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
      // A carriage return before it is one of the spaces around a field.
      text.includes('\n') || !text.includes('\r') ? '\n' : '\r',
    );
    yield* reader.read(text, false);
  }
  if (reader) yield* reader.read('', true);
}
