import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { duplicateKey } from '../../../workers/formats/duplicateKey';
import { safetensors } from '../../../workers/formats/safetensors';

/** Builds a file from raw parts, so that any part of it can be false. */
function fileOf(header: unknown, data: Uint8Array<ArrayBuffer> = new Uint8Array(), claimed?: bigint): Blob {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, claimed ?? BigInt(text.length), true);
  return new Blob([length, text, data]);
}
const bytes = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const f32 = (shape: number[], begin: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

test('reads every number type of a file that the reference implementation wrote', async () => {
  const golden = readFileSync('test/fixtures/golden/reference.safetensors');
  const { tensors, metadata } = await safetensors.read(new Blob([new Uint8Array(golden)]));
  expect(metadata).toEqual({ format: 'pt', note: 'quotes " and a colon: fine' });
  const byName = Object.fromEntries(tensors.map(t => [t.name, [t.shape, [...t.values]]]));
  const same = [
    [2, 3],
    [1.5, -2, 0.25, 3, 0, -0.125],
  ];
  expect(byName).toEqual({
    f32: same,
    f64: same,
    f16: same,
    bf16: same,
    i32: [[2], [-7, 8]],
    i64: [[], [90000]],
    'leer ∅': [[0, 3], []],
  });
});

test('writes the bytes that the format asks for', async () => {
  const blob = await safetensors.write({
    tensors: [
      { name: 'a', shape: [2], values: Float32Array.of(1, -2) },
      { name: 'b', shape: [], values: Float32Array.of(0.5) },
    ],
    metadata: { k: 'v' },
  });
  const json =
    '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}';
  const padded = json.padEnd(Math.ceil(json.length / 8) * 8, ' ');
  const expected = Buffer.concat([
    Buffer.from([padded.length, 0, 0, 0, 0, 0, 0, 0]),
    Buffer.from(padded),
    Buffer.from('0000803f000000c00000003f', 'hex'), // 1, −2, 0.5
  ]);
  expect(Buffer.from(await blob.arrayBuffer()).equals(expected)).toBe(true);
});

test('half precision: subnormals, the largest, and the smallest normal', async () => {
  const halves = new Uint8Array(Uint16Array.of(0x0001, 0x03ff, 0x0400, 0x7bff, 0x8000, 0xbc00).buffer);
  const header = { a: { dtype: 'F16', shape: [6], data_offsets: [0, 12] } };
  const { tensors } = await safetensors.read(fileOf(header, halves));
  expect([...(tensors[0]?.values ?? [])]).toEqual([2 ** -24, 1023 * 2 ** -24, 2 ** -14, 65504, -0, -1]);
});

describe('refuses', () => {
  const cases: [string, Blob, string, string][] = [
    ['an empty file', new Blob([]), 'weights/truncated', 'has 0 bytes'],
    [
      'a header beyond the file',
      fileOf('{}', bytes(), 90n),
      'weights/truncated',
      'has 10 bytes and its header speaks of 98',
    ],
    ['an absurd header length', fileOf('{}', bytes(), 2n ** 63n), 'weights/header', '9223372036854775808'],
    ['a header that is no JSON', fileOf('{"a"'), 'weights/header', 'not valid JSON'],
    ['a header that is no object', fileOf('[1]'), 'weights/header', 'no JSON object'],
    ['a header that is no UTF-8', fileOf('x', new Uint8Array([0xff]), 2n), 'weights/header', 'not UTF-8'],
    ['metadata that is no text', fileOf({ __metadata__: { a: 1 } }), 'weights/header', 'metadata "a"'],
    ['a tensor that is no object', fileOf({ a: null }), 'weights/dtype', '"a" is of type undefined'],
    [
      'an unknown number type',
      fileOf({ a: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } }),
      'weights/dtype',
      '"a" is of type "F8_E4M3"; F32, F64, F16, BF16, I32, I64 can be read',
    ],
    [
      'a negative size',
      fileOf({ a: f32([-1], 0, 4) }, bytes(1)),
      'weights/header',
      'shape of tensor "a" is [-1]',
    ],
    ['a broken size', fileOf({ a: f32([0.5], 0, 2) }, bytes(1)), 'weights/header', 'shape of tensor "a"'],
    [
      'sizes whose product no number holds',
      fileOf({ a: f32([2 ** 40, 2 ** 40], 0, 4) }, bytes(1)),
      'weights/header',
      'shape of tensor "a"',
    ],
    ['offsets backwards', fileOf({ a: f32([1], 4, 0) }, bytes(1)), 'weights/shape', 'hold -4'],
    [
      'three offsets',
      fileOf({ a: { ...f32([1], 0, 4), data_offsets: [0, 4, 8] } }),
      'weights/header',
      '[0,4,8]',
    ],
    [
      'a shape that does not fit its bytes',
      fileOf({ a: f32([3], 0, 8) }, bytes(1, 2)),
      'weights/shape',
      'shape [3] of F32, 12 bytes, but its offsets [0, 8] hold 8',
    ],
    [
      'a gap',
      fileOf({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, bytes(1, 2, 3)),
      'weights/offsets',
      '"b" begins at byte 8',
    ],
    [
      'an overlap',
      fileOf({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, bytes(1, 2)),
      'weights/offsets',
      '"b" begins at byte 4',
    ],
    [
      'data that is cut off',
      fileOf({ a: f32([3], 0, 12) }, bytes(1, 2)),
      'weights/truncated',
      'its header speaks of',
    ],
    [
      'bytes of no tensor',
      fileOf({ a: f32([1], 0, 4) }, bytes(1, 2)),
      'weights/offsets',
      '4 bytes at the end',
    ],
    [
      'a name given twice',
      fileOf(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        bytes(1),
      ),
      'weights/duplicate',
      '"a" twice',
    ],
    [
      'infinity',
      fileOf({ a: f32([2], 0, 8) }, bytes(1, Number.NEGATIVE_INFINITY)),
      'weights/not-finite',
      '-Infinity at position 1',
    ],
    [
      'a double that float32 cannot hold',
      fileOf(
        { a: { dtype: 'F64', shape: [1], data_offsets: [0, 8] } },
        new Uint8Array(Float64Array.of(1e300).buffer),
      ),
      'weights/not-finite',
      '"a" [1] holds Infinity',
    ],
  ];
  test.each(cases)('%s', async (_, blob, code, part) => {
    await expect(safetensors.read(blob)).rejects.toMatchObject({
      name: 'AppError',
      code,
      message: expect.stringContaining(part),
    });
  });
});

test('duplicateKey looks at the outermost keys only, through strings of megabytes', () => {
  expect(duplicateKey('{"a":{"b":1},"b":{"b":[{"a":"a"}]}}')).toBeNull();
  expect(duplicateKey('{ "a" : "\\"a\\":", "b":1, "a" :2}')).toBe('a');
  expect(duplicateKey(JSON.stringify({ a: '"\\'.repeat(2_000_000), b: 1 }))).toBeNull();
});
