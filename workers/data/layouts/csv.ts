/** @file Comma-separated values by RFC 4180: quoted fields may hold commas, doubled quotes and line breaks. */
import { AppError } from '../../protocol/link';

export interface CsvRow {
  /** Line of the file where the row starts, from 1. */
  line: number;
  fields: string[];
}

/**
 * Rows of a CSV text; blank lines are left out. Accepts LF, CRLF and CR, a byte-order mark, and spaces around
 * unquoted fields (some repacks write `emotion, Usage`).
 * @throws AppError `csv/quote` when a quoted field never ends, naming the line where it began.
 */
export function parseCsv(text: string, name = 'the CSV file'): CsvRow[] {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const rows: CsvRow[] = [];
  let line = 1;
  let row: CsvRow = { line, fields: [] };
  let at = 0;

  const endRow = () => {
    if (row.fields.length > 1 || row.fields[0] !== '') rows.push(row);
    row = { line, fields: [] };
  };

  while (at < source.length) {
    const quoted = /[ \t]*"/y;
    quoted.lastIndex = at;
    let field = '';
    if (quoted.test(source)) {
      const from = line;
      at = quoted.lastIndex;
      for (;;) {
        const close = source.indexOf('"', at);
        if (close < 0)
          throw new AppError(
            'csv/quote',
            `${name} line ${from}: a quoted field is never closed. Add the missing " or double the quotes inside it.`,
          );
        field += source.slice(at, close);
        at = close + 1;
        if (source[at] !== '"') break;
        field += '"';
        at++;
      }
      line += field.match(/\r\n|\n|\r/g)?.length ?? 0;
      while (at < source.length && !/[,\r\n]/.test(source[at] ?? '')) at++;
    } else {
      const end = /[,\r\n]|$/g;
      end.lastIndex = at;
      const to = end.exec(source)?.index ?? source.length;
      field = source.slice(at, to).trim();
      at = to;
    }
    row.fields.push(field);
    if (source[at] === ',') {
      at++;
      if (at === source.length) row.fields.push('');
      continue;
    }
    if (source[at] === '\r' && source[at + 1] === '\n') at++;
    at++;
    line++;
    endRow();
  }
  if (row.fields.length > 0) endRow();
  return rows;
}
