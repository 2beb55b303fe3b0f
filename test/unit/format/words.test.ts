import { expect, test } from 'vitest';
import { capital, counted, fileStem } from '../../../src/format/words';

test('one is singular, everything else plural', () => {
  expect([counted(1, 'image'), counted(0, 'image'), counted(1200, 'identity', 'identities')]).toEqual([
    '1 image',
    '0 images',
    '1,200 identities',
  ]);
});

test('labels of folders begin with a capital, and a file is named after its run and step', () => {
  expect(capital('photo')).toBe('Photo');
  expect([fileStem('Brave otter', 300), fileStem('!?', 1)]).toEqual(['brave-otter-300', 'run-1']);
});
