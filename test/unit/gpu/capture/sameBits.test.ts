import { expect, test } from 'vitest';
import { sameBits } from '../../../../workers/gpu/capture/sameBits';

test('numbers are the same to the bit or not at all: NaN is itself, −0 is not 0, a longer list is another', () => {
  const of = (...values: number[]) => Float32Array.from(values);
  expect(sameBits(of(1, Number.NaN), of(1, Number.NaN))).toBe(true);
  expect(sameBits(of(0), of(-0))).toBe(false);
  expect(sameBits(of(1), of(1 + 2 ** -23))).toBe(false);
  expect(sameBits(of(1), of(1, 2))).toBe(false);
  expect(sameBits(of(1, 2).subarray(1), of(2))).toBe(true);
});
