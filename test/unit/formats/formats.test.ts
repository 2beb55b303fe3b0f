import { describe, expect, test } from 'vitest';
import { FORMATS, formatId } from '../../../workers/formats/formats';
import type { TensorFile } from '../../../workers/formats/tensorFile';
import { AppError } from '../../../workers/protocol/errors';
import { stream } from '../../../workers/random';

/** Random names (unicode, quotes, __proto__), shapes (scalars and empty ones too), values and metadata. */
function randomFile(seed: number): TensorFile {
  const { integer, normal } = stream('formats', seed);
  const odd = ['trunk/stem1/kernel', 'ψ "quoted" \\', '__proto__', 'ö,\n∅', 'constructor'];
  return {
    tensors: Array.from({ length: integer(6) }, (_, i) => {
      const shape = Array.from({ length: integer(4) }, () => integer(5));
      const size = shape.reduce((n, d) => n * d, 1);
      const extreme = [0, -0, 3.4028234663852886e38, 1.401298464324817e-45, -1.5];
      return {
        name: `${odd[i] ?? `tensor${i}`}`,
        shape,
        values: Float32Array.from({ length: size }, () => extreme[integer(10)] ?? normal()),
      };
    }),
    metadata: { format: 'pt', seesaw: JSON.stringify({ step: integer(1000), note: '{"}[ \\" ψ' }) },
  };
}

const head = async (blob: Blob) => new Uint8Array(await blob.slice(0, 16).arrayBuffer());

async function refusal(reading: Promise<unknown>): Promise<AppError> {
  const error = await reading.then(
    () => null,
    (e: unknown) => e,
  );
  if (!(error instanceof AppError)) throw new Error(`an AppError was expected, not ${error}`);
  return error;
}

describe.each(Object.entries(FORMATS))('%s', (id, format) => {
  test('reads back what it wrote, to the bit', async () => {
    for (let seed = 0; seed < 12; seed++) {
      const file = randomFile(seed);
      const back = await format.read(await format.write(file));
      expect(back.metadata).toEqual(file.metadata);
      expect(back.tensors.map(t => [t.name, t.shape])).toEqual(file.tensors.map(t => [t.name, t.shape]));
      for (const [i, { values }] of file.tensors.entries())
        expect(new Uint32Array(back.tensors[i]?.values.buffer ?? new ArrayBuffer(0))).toEqual(
          new Uint32Array(values.buffer),
        );
    }
  });

  test('recognises what it wrote, and not what another format wrote, nor text', async () => {
    const written = await format.write(randomFile(1));
    expect(format.recognises(await head(written))).toBe(true);
    expect(written.type).toBe(format.mediaType);
    for (const [otherId, other] of Object.entries(FORMATS))
      if (otherId !== id) expect(other.recognises(await head(written))).toBe(false);
    for (const text of ['', '{"a":1}', 'not a weight file at all'])
      expect(format.recognises(new TextEncoder().encode(text))).toBe(false);
  });

  test('refuses a NaN by the tensor’s name', async () => {
    const values = Float32Array.of(1, 2, Number.NaN, 4);
    const file = { tensors: [{ name: 'head1/kernel', shape: [2, 2], values }], metadata: {} };
    const error = await refusal(format.write(file).then(format.read));
    expect(error.code).toBe('weights/not-finite');
    expect(error.message).toContain('"head1/kernel" [2, 2] holds NaN at position 2');
  });

  test('will not write a name twice, or values that do not fill their shape', async () => {
    const tensor = { name: 'a', shape: [2], values: Float32Array.of(1, 2) };
    expect((await refusal(format.write({ tensors: [tensor, tensor], metadata: {} }))).code).toBe(
      'weights/duplicate',
    );
    const error = await refusal(format.write({ tensors: [{ ...tensor, shape: [3] }], metadata: {} }));
    expect(error.message).toContain('"a" has 2 values, but its shape [3] holds 3');
  });

  test('cut off anywhere, it is refused with a code and not with a crash', async () => {
    const written = await format.write({
      tensors: [{ name: 'a', shape: [40], values: new Float32Array(40).fill(0.5) }],
      metadata: { note: 'n' },
    });
    for (let size = 0; size < written.size; size += 11) {
      const error = await refusal(format.read(written.slice(0, size)));
      expect(error.code).toMatch(/^weights\/(truncated|zip)$/);
      expect(error.message).toContain(`${size} bytes`);
    }
  });

  test('with one byte changed here or there, it is read or refused, never crashes', async () => {
    const written = await format.write({
      tensors: [
        { name: 'a', shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) },
        { name: 'b', shape: [3], values: Float32Array.of(5, 6, 7) },
      ],
      metadata: { note: 'n' },
    });
    const bytes = new Uint8Array(await written.arrayBuffer());
    let refused = 0;
    for (let at = 0; at < bytes.length; at += 5) {
      const changed = bytes.with(at, (bytes[at] ?? 0) ^ 0x15);
      const outcome = await format.read(new Blob([changed])).catch((error: unknown) => error);
      if (outcome instanceof AppError) refused++;
      else expect(outcome).toHaveProperty('tensors');
    }
    expect(refused).toBeGreaterThan(bytes.length / 50);
  });
});

test('an unknown format is refused with the names of the known ones', () => {
  for (const id of Object.keys(FORMATS)) expect(formatId(id)).toBe(id);
  expect(() => formatId('toString')).toThrow(Object.keys(FORMATS).join(', '));
});
