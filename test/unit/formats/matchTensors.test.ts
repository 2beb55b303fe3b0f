import { expect, test } from 'vitest';
import { matchTensors } from '../../../workers/formats/matchTensors';
import type { FileTensor } from '../../../workers/formats/tensorFile';

const tensor = (name: string, shape: number[], fill = 1): FileTensor => ({
  name,
  shape,
  values: new Float32Array(shape.reduce((n, d) => n * d, 1)).fill(fill),
});
const expected = [
  { name: 'trunk/stem1/kernel', shape: [3, 3, 3, 8] },
  { name: 'head1/bias', shape: [24] },
];
const good = () => [tensor('head1/bias', [24]), tensor('trunk/stem1/kernel', [3, 3, 3, 8])];
const refusing = (tensors: FileTensor[], code: string, message: string) =>
  expect(() => matchTensors({ tensors }, expected)).toThrowError(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );

test('gives the tensors by name, in whatever order the file holds them', () => {
  const tensors = good();
  const found = matchTensors({ tensors }, expected);
  expect(found.size).toBe(2);
  expect(found.get('head1/bias')).toBe(tensors[0]);
});

test('a wrong shape is refused with the name and both shapes', () => {
  refusing(
    [tensor('head1/bias', [118]), tensor('trunk/stem1/kernel', [3, 3, 3, 8])],
    'weights/shape',
    '"head1/bias" has shape [118] in the file, but the model wants [24]',
  );
});

test('the same values in another order of sizes are a wrong shape', () => {
  refusing(
    [tensor('head1/bias', [24]), tensor('trunk/stem1/kernel', [8, 3, 3, 3])],
    'weights/shape',
    '[8, 3, 3, 3]',
  );
});

test('a missing tensor is refused with its name and shape', () => {
  refusing(
    good().slice(0, 1),
    'weights/missing',
    'lacks 1 of the model\'s 2 tensors: "trunk/stem1/kernel" [3, 3, 3, 8]',
  );
});

test('a tensor too many is refused with its name', () => {
  refusing(
    [...good(), tensor('head2/bias', [7])],
    'weights/unexpected',
    '1 tensors the model has no place for: "head2/bias" [7]',
  );
});

test('of many tensors that do not fit, three are named', () => {
  const extra = ['a', 'b', 'c', 'd', 'e'].map(name => tensor(name, [1]));
  refusing([...good(), ...extra], 'weights/unexpected', '"a" [1], "b" [1], "c" [1] and 2 more');
});

test('a name given twice is refused', () => {
  refusing([...good(), tensor('head1/bias', [24])], 'weights/duplicate', '"head1/bias" twice');
});

test('NaN and infinity are refused with the tensor’s name', () => {
  refusing(
    [tensor('head1/bias', [24], Number.NaN), ...good().slice(1)],
    'weights/not-finite',
    '"head1/bias" [24] holds NaN',
  );
  refusing(
    [tensor('head1/bias', [24], Number.POSITIVE_INFINITY), ...good().slice(1)],
    'weights/not-finite',
    'Infinity',
  );
});

test('values that do not fill the shape are refused', () => {
  const short = { ...tensor('head1/bias', [24]), values: new Float32Array(23) };
  refusing([short, ...good().slice(1)], 'weights/shape', 'has 23 values, but its shape [24] holds 24');
});
