/** Manifests as spreadsheets save them: whatever the separator and the encoding, the same people and expressions. */
import { expect, test, vi } from 'vitest';
import { zipOf } from '../../../fixtures/archives';
import { encodePng } from '../../../fixtures/images';
import { open } from '../opened';

vi.setConfig({ testTimeout: 30_000 });

const people = ['Ann', 'Bo', 'Cy'];
const paths = Array.from({ length: 18 }, (_, i) => `im/${i}.jpg`);

/** 18 images of three people, who are happy and sad in turn. */
function table(separator: string, end = '\n', names = people): string {
  const rows = paths.map((path, i) => [path, names[i % 3], i % 2 === 0 ? 'happy' : 'sad']);
  return [['path', 'identity', 'expression'], ...rows].map(row => row.join(separator) + end).join('');
}

const utf8 = (text: string) => new TextEncoder().encode(text);
function utf16le(text: string): Uint8Array<ArrayBuffer> {
  const codes = Uint16Array.from(text, letter => letter.charCodeAt(0));
  return new Uint8Array(codes.buffer);
}
const cp1252 = (text: string) => Uint8Array.from(text, letter => letter.charCodeAt(0));

async function opened(manifest: Uint8Array<ArrayBuffer>, files: readonly string[] = paths) {
  const picture = await encodePng(new Uint8Array(3), 1, 1);
  const images = files.map(path => [path, picture] as const);
  return open({ 'set.zip': await zipOf([['manifest.csv', manifest], ...images]) });
}

test.each([
  ['semicolons', utf8(table(';'))],
  ['tabs', utf8(table('\t'))],
  ['the sep=; line of a spreadsheet', utf8(`sep=;\r\n${table(';', '\r\n')}`)],
  ['UTF-16 little endian with tabs', utf16le(`\ufeff${table('\t', '\r\n')}`)],
  ['a byte order mark and semicolons', utf8(`\ufeff${table(';', '\r\n')}`)],
])('%s: 18 images, 3 people, 2 expressions', async (_, manifest) => {
  const { summary, index } = await opened(manifest);
  expect(summary).toMatchObject({
    layout: 'manifest',
    images: 18,
    counts: { expression: { happiness: 9, sadness: 9 } },
    skipped: [],
  });
  expect(index.columns.identity.names).toEqual(people);
});

test('Windows-1252: names keep their accents', async () => {
  const { index } = await opened(cp1252(table(',', '\n', ['Renée', 'Bo', 'Cy'])));
  expect(index.samples).toHaveLength(18);
  expect(index.columns.identity.names).toEqual(['Bo', 'Cy', 'Renée']);
});

test('a manifest in composed letters finds files in decomposed ones', async () => {
  const files = ['José', 'Zoë'].flatMap(name => [0, 1, 2, 3].map(i => `${name}/${i}.jpg`));
  const manifest = `path,identity\n${files.map(path => `${path},${path.split('/')[0]}\n`).join('')}`;
  const { summary } = await opened(
    utf8(manifest.normalize('NFC')),
    files.map(path => path.normalize('NFD')),
  );
  expect(summary).toMatchObject({ images: 8, skipped: [] });
  expect(Object.values(summary.counts.identity)).toEqual([4, 4]);
});
