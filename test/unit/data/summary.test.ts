/** Which systems an opened dataset can train, and the sentence that says why not. */
import { expect, test, vi } from 'vitest';
import { ck48Zip, oneIdentityZip, utf8 } from '../../fixtures/archives';
import { open, pictures } from './opened';

// Building and reading zips can take long on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 30_000 });

const cells = (...levels: string[][]) =>
  levels
    .reduce<string[]>((paths, names) => paths.flatMap(path => names.map(name => `${path}${name}/`)), [''])
    .flatMap(path => ['holiday1.png', 'holiday2.png'].map(name => path + name));

test.each([
  [
    'one identity',
    async () => ({ 'one.zip': await oneIdentityZip() }),
    'dataset/one-identity',
    /All 6 images show one person \(Adam\).*Add a folder for each further person/,
  ],
  [
    'one identity with expressions (CK+48 of one subject)',
    async () => ({ 'ck.zip': await ck48Zip({ subjects: 1, sequencesPerSubject: 4, size: 8 }) }),
    'dataset/one-identity',
    /All 12 images show one person \(S010\).*tells people apart.*open it again/,
  ],
  [
    'one expression of nobody',
    () => pictures(['happy/img1.png', 'happy/img2.png']),
    'dataset/unlabelled',
    /None of the 2 images says who it shows, and all show one expression \(happiness\).*manifest\.csv/,
  ],
  [
    'no label at all',
    async () => ({ ...(await pictures(['a.png', 'b.png'])), 'manifest.csv': utf8('path\na.png\nb.png\n') }),
    'dataset/unlabelled',
    /None of the 2 images says who it shows or which expression/,
  ],
] as const)('%s can train nothing and is refused', async (_, make, code, sentence) => {
  await expect(open(await make())).rejects.toMatchObject({ code, message: expect.stringMatching(sentence) });
});

test('people without expressions can pretrain, and each system says what else it needs', async () => {
  const { summary } = await open(await pictures(cells(['ann', 'bob', 'cid'])));
  expect(summary).toMatchObject({
    counts: { identity: { ann: 2, bob: 2, cid: 2 }, expression: {} },
    systems: {
      expression: expect.stringMatching(
        /^It can pretrain on identity .*but the expression task has no labels\. Put each expression in a folder/,
      ),
      caricature: expect.stringMatching(
        /^It can pretrain on verification .*but the other two tasks need photos and caricatures/,
      ),
    },
  });
});

test('expressions without people can train that task alone, and say so', async () => {
  const { summary } = await open(await pictures(cells(['happy', 'sad'])));
  expect(summary).toMatchObject({
    counts: { identity: {} },
    systems: {
      expression: expect.stringMatching(/^It can pretrain on expression .*but no image says who it shows/),
      caricature: expect.stringMatching(/^No image says who it shows/),
    },
  });
});

test('one named person among unnamed ones is no reason to refuse their expressions', async () => {
  const { summary } = await open({
    ...(await pictures(['a.png', 'b.png', 'c.png'])),
    'manifest.csv': utf8('path,identity,expression\na.png,Ann,joy\nb.png,,fear\nc.png,,joy\n'),
  });
  expect(summary.systems.expression).toMatch(/^It can pretrain on expression .*one person \(Ann\)/);
});
