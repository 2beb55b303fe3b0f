import { expect, test } from 'vitest';
import type { FileTensor } from '../../../workers/formats/tensorFile';
import { networkHash } from '../../../workers/formats/tensorHash';

const tensor = (name: string, shape: number[], values: number[]): FileTensor => ({
  name,
  shape,
  values: Float32Array.from(values),
});
const kernel = tensor('trunk/stem/kernel', [2, 2], [1, 2, 3, 4]);
const bias = tensor('head1/bias', [1], [0]);
const both = networkHash([kernel, bias]);

test('the order of the tensors and what is not the network’s leave the hash as it is', () => {
  expect(both).toMatch(/^[0-9a-f]{16}$/);
  expect(networkHash([bias, kernel])).toBe(both);
  expect(networkHash([kernel, bias, tensor('optimizer/momentum/head1/bias', [1], [7])])).toBe(both);
});

test.each<[string, FileTensor[]]>([
  ['one bit of a number', [tensor('trunk/stem/kernel', [2, 2], [1, 2, 3, 4.0000005]), bias]],
  ['the sign of a zero', [kernel, tensor('head1/bias', [1], [-0])]],
  ['a shape', [tensor('trunk/stem/kernel', [4, 1], [1, 2, 3, 4]), bias]],
  ['a name', [kernel, tensor('head2/bias', [1], [0])]],
  ['two numbers that change places', [tensor('trunk/stem/kernel', [2, 2], [2, 1, 3, 4]), bias]],
  ['a tensor that is missing', [kernel]],
])('%s changes both halves of it', (_, tensors) => {
  const other = networkHash(tensors);
  expect(other.slice(0, 8)).not.toBe(both.slice(0, 8));
  expect(other.slice(8)).not.toBe(both.slice(8));
});
