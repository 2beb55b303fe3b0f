import { expect, test } from 'vitest';
import { sampleSet } from '../../workers/data/synthetic/sampleSet';
import { pictureHash, pictureHashes } from '../unit/data/synthetic/pictureHashes';

test.each(pictureHashes)(
  'sample face %i at %i px is drawn in the browser as in Node, to the bit',
  (sample, size, recorded) => {
    expect(pictureHash(sample, size)).toBe(recorded);
  },
);

test('the browser decodes a saved sample face to the pixels that were drawn', async () => {
  const { encodePng } = await import('../../workers/data/synthetic/png');
  const drawn = sampleSet('sample-expression', { seed: 2, identities: 1, perCell: 1 }).pixels(3, 48);
  const bitmap = await createImageBitmap(new Blob([await encodePng(drawn, 48)], { type: 'image/png' }));
  const context = new OffscreenCanvas(48, 48).getContext('2d');
  if (!context) throw new Error('no 2D canvas');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, 48, 48);
  expect(Uint8Array.from(data.filter((_, i) => i % 4 !== 3))).toEqual(drawn);
});
