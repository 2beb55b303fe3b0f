import { expect, test } from 'vitest';
import {
  compareNatural,
  isForeignImage,
  isImage,
  isJunk,
  stem,
  unsafeName,
} from '../../../../workers/data/archive/paths';

test('frame2 sorts before frame10', () => {
  expect(['frame10.png', 'frame2.png', 'Frame1.png'].toSorted(compareNatural)).toEqual([
    'Frame1.png',
    'frame2.png',
    'frame10.png',
  ]);
});

test('the order is total: names that differ only by case keep one order', () => {
  expect(['b', 'B'].toSorted(compareNatural)).toEqual(['B', 'b'].toSorted(compareNatural));
});

test('what file managers leave behind is junk, faces are not', () => {
  for (const path of ['__MACOSX/a/b.png', 'a/._b.png', 'a/.DS_Store', 'Thumbs.db'])
    expect(isJunk(path)).toBe(true);
  expect(isJunk('a/_b.png')).toBe(false);
});

test('paths that are absolute or leave the archive are unsafe', () => {
  for (const path of ['../a.png', 'a/../../b.png', '/etc/a.png', 'C:/a.png'])
    expect(unsafeName(path)).not.toBeNull();
  for (const path of ['a/b.png', 'a/..b.png', 'a..b/c.png']) expect(unsafeName(path)).toBeNull();
});

test('endings decide in any letter case', () => {
  expect([isImage('a.JPG'), isImage('a.tiff'), isForeignImage('a.TIFF'), isImage('a.txt')]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect(stem('a/KA.AN1.39.tiff')).toBe('KA.AN1.39');
});
