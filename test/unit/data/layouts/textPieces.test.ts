import { expect, test } from 'vitest';
import { encodingOf, textPieces } from '../../../../workers/data/layouts/textPieces';

const text = 'path;identity\nim/0.jpg;Renée\n';
/** Code units of two bytes each. */
function utf16(content: string, littleEndian: boolean): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(2 * content.length));
  for (let i = 0; i < content.length; i++) view.setUint16(2 * i, content.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}
/** For characters below 256 except 128–159, the byte in Windows-1252 is the code of the character. */
const cp1252 = (content: string) => Uint8Array.from(content, letter => letter.charCodeAt(0));
const utf8 = (content: string) => new TextEncoder().encode(content);

test.each([
  ['UTF-8', utf8(text), 'utf-8'],
  ['UTF-8 with a byte order mark', utf8(`\ufeff${text}`), 'utf-8'],
  ['UTF-16, little endian, with a mark', utf16(`\ufeff${text}`, true), 'utf-16le'],
  ['UTF-16, big endian, with a mark', utf16(`\ufeff${text}`, false), 'utf-16be'],
  ['UTF-16, little endian, without a mark', utf16(text, true), 'utf-16le'],
  ['UTF-16, big endian, without a mark', utf16(text, false), 'utf-16be'],
  ['Windows-1252', cp1252(text), 'windows-1252'],
])('%s is recognised and read without its mark', (_, bytes, encoding) => {
  expect(encodingOf(bytes)).toBe(encoding);
  expect([...textPieces(bytes)].join('')).toBe(text);
});

test('a letter of several bytes that falls between two pieces stays whole', () => {
  const long = `x${'é'.repeat(2 ** 20)}`;
  expect([...textPieces(utf8(long))].join('') === long).toBe(true);
});

test('nothing is the empty text', () => {
  expect([...textPieces(new Uint8Array())].join('')).toBe('');
});
