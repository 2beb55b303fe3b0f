import { expect, test } from 'vitest';
import { csvRows } from '../../../../workers/data/layouts/csv';
import { AppError } from '../../../../workers/protocol/errors';
import { utf8 } from '../../../fixtures/archives';

const rows = (text: string, name?: string) => [...csvRows(utf8(text), name)];
const fields = (text: string) => rows(text).map(row => row.fields);

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
  expect(rows('h\n"a\nb"\n\nc\n').map(row => row.line)).toEqual([1, 2, 5]);
});

test('a quote that never closes is refused with its line', () => {
  const failing = () => rows('a,b\n1,"2\n3,4\n', 'manifest.csv');
  expect(failing).toThrow(AppError);
  expect(failing).toThrow(/manifest\.csv line 2: a quoted field is never closed/);
});

test('a field that goes on after its closing quote is refused with its line', () => {
  expect(() => rows('a,b\n1,2\n"x"y",3\n', 'manifest.csv')).toThrow(/manifest\.csv line 3: .* goes on after/);
});

test('the separator is what the header uses, or what a sep= line says; lines still count from the top', () => {
  const of = (separator: string) => [
    ['path', 'label_map'],
    ['a.png', '0=neutral;1=anger'.replaceAll(separator, '|')],
  ];
  for (const separator of [',', ';', '\t'])
    expect(
      fields(
        of(separator)
          .map(row => row.join(separator))
          .join('\n'),
      ),
    ).toEqual(of(separator));
  expect(rows('sep=|\r\na,b|c\r\nd|e\r\n')).toEqual([
    { line: 2, fields: ['a,b', 'c'] },
    { line: 3, fields: ['d', 'e'] },
  ]);
});

test('a table of many megabytes, read piece by piece, has the same rows and lines as its parts', () => {
  const long = 'é'.repeat(1000);
  const text = Array.from({ length: 1500 }, (_, i) => `${i},"${long}\n""${i}"""\r\n`).join('');
  const read = rows(text);
  expect(read).toHaveLength(1500);
  // Each row takes two lines.
  read.forEach(({ line, fields }, i) => {
    expect([line, ...fields]).toEqual([1 + 2 * i, `${i}`, `${long}\n"${i}"`]);
  });
});

test('a quote that is never closed in a large file is refused before the file is read to its end', () => {
  const text = `a\n"${'x'.repeat(2 ** 25)}`;
  expect(() => rows(text, 'big.csv')).toThrow(/big\.csv line 2: a quoted field is never closed/);
});
