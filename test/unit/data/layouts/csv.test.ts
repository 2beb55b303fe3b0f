import { expect, test } from 'vitest';
import { parseCsv } from '../../../../workers/data/layouts/csv';
import { AppError } from '../../../../workers/protocol/link';

const fields = (text: string) => parseCsv(text).map(row => row.fields);

test('plain rows end with LF, CRLF or CR, with or without a last line break', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    expect(fields(`a,b${end}1,2${end}`)).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect(fields(`a,b${end}1,2`)).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
  }
});

test('quoted fields hold commas, doubled quotes and line breaks', () => {
  expect(fields('"Smith, Jr.","say ""hi""","two\r\nlines",4\n')).toEqual([
    ['Smith, Jr.', 'say "hi"', 'two\r\nlines', '4'],
  ]);
});

test('empty fields stay, blank lines do not', () => {
  expect(fields(',a,\n\n""\n  \n,')).toEqual([
    ['', 'a', ''],
    ['', ''],
  ]);
});

test('a byte-order mark and spaces around unquoted fields are dropped', () => {
  expect(fields('\ufeffemotion, Usage\n')).toEqual([['emotion', 'Usage']]);
});

test('rows know their line even after a field of several lines', () => {
  expect(parseCsv('h\n"a\nb"\n\nc\n').map(row => row.line)).toEqual([1, 2, 5]);
});

test('a quote that never closes is refused with its line', () => {
  const failing = () => parseCsv('a,b\n1,"2\n3,4\n', 'manifest.csv');
  expect(failing).toThrow(AppError);
  expect(failing).toThrow(/manifest\.csv line 2: a quoted field is never closed/);
});
