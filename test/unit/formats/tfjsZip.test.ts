import {
  BlobReader,
  type FileEntry,
  Uint8ArrayWriter,
  ZipReader,
} from '@zip.js/zip.js/lib/zip-core-custom.js';
import { downloadZip } from 'client-zip';
import { beforeAll, describe, expect, test } from 'vitest';
import { shardBytes, tfjs } from '../../../workers/formats/tfjsZip';
import { uniform } from '../../../workers/random';
import * as tf from '../../../workers/tf/tf';

beforeAll(() => tf.setBackend('cpu'));

async function unzip(blob: Blob): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const entries = await new ZipReader(new BlobReader(blob), { useWebWorkers: false }).getEntries();
  const files = entries.filter((e): e is FileEntry => !e.directory);
  return new Map(
    await Promise.all(
      files.map(
        async e => [e.filename, await e.getData(new Uint8ArrayWriter(), { useWebWorkers: false })] as const,
      ),
    ),
  );
}
const zipOf = async (files: Record<string, string | Uint8Array>) =>
  new Blob([
    await downloadZip(Object.entries(files).map(([name, input]) => ({ name, input }))).arrayBuffer(),
  ]);

/**
 * The index of the first difference, or −1 if there is none; the length of `actual` if lengths differ. `toEqual` takes
 * minutes on millions of numbers.
 */
const firstDifference = (actual: ArrayLike<number>, expected: Float32Array) =>
  actual.length === expected.length ? expected.findIndex((v, i) => v !== actual[i]) : actual.length;

test('tfjs itself loads the unzipped files, over two shards', async () => {
  const size = shardBytes / 4 + 5;
  const big = Float32Array.from({ length: size }, (_, i) => uniform(1, i));
  const blob = await tfjs.write({
    tensors: [
      { name: 'trunk/stem1/kernel', shape: [size], values: big },
      { name: 'head1/bias', shape: [1, 2], values: Float32Array.of(3, -4) },
    ],
    metadata: { seesaw: '{"step":3}' },
  });
  const files = await unzip(blob);
  expect([...files.keys()]).toEqual(['model.json', 'group1-shard1of2.bin', 'group1-shard2of2.bin']);
  const fetchFunc = async (url: RequestInfo | URL) => {
    const name = String(url).replace('http://seesaw.test/', '');
    const type = name.endsWith('.json') ? 'application/json' : 'application/octet-stream';
    return new Response(files.get(name) ?? null, { headers: { 'Content-Type': type } });
  };
  const artifacts = await tf.io.http('http://seesaw.test/model.json', { fetchFunc }).load?.();
  if (!artifacts) throw new Error('tfjs has no http loader');
  expect(artifacts.userDefinedMetadata).toEqual({ seesaw: '{"step":3}' });
  const weights = tf.io.decodeWeights(
    artifacts.weightData ?? new ArrayBuffer(0),
    artifacts.weightSpecs ?? [],
  );
  expect(weights['head1/bias']?.shape).toEqual([1, 2]);
  expect(weights['head1/bias']?.dataSync()).toEqual(Float32Array.of(3, -4));
  const loaded = weights['trunk/stem1/kernel']?.dataSync() ?? [];
  expect(firstDifference(loaded, big)).toBe(-1);
  tf.dispose(weights);
  const back = await tfjs.read(blob);
  expect(firstDifference(back.tensors[0]?.values ?? [], big)).toBe(-1);
}, 20_000);

describe('another program’s archive', () => {
  const spec = (more: object = {}) => ({ name: 'a', shape: [2], dtype: 'float32', ...more });
  const model = (...weights: object[]) =>
    JSON.stringify({ weightsManifest: [{ paths: ['w.bin'], weights }] });
  const two = new Uint8Array(Float32Array.of(1, 2).buffer);

  test('is read from a folder inside the zip, with int32 weights and metadata that is no text left out', async () => {
    const json = JSON.stringify({
      userDefinedMetadata: { a: 'text', b: 1 },
      weightsManifest: [{ paths: ['w.bin'], weights: [spec({ dtype: 'int32' })] }],
    });
    const w = new Uint8Array(Int32Array.of(7, -8).buffer);
    const file = await tfjs.read(await zipOf({ 'export/model.json': json, 'export/w.bin': w }));
    expect(file).toEqual({
      tensors: [{ name: 'a', shape: [2], values: Float32Array.of(7, -8) }],
      metadata: { a: 'text' },
    });
  });

  const refused: [string, Record<string, string | Uint8Array>, string, string][] = [
    ['no model.json', { 'a.txt': 'x' }, 'weights/zip', 'no model.json'],
    ['model.json that is no JSON', { 'model.json': '{' }, 'weights/zip', 'not valid JSON'],
    ['no manifest', { 'model.json': '{}' }, 'weights/zip', 'no weights manifest'],
    ['a manifest without paths', { 'model.json': '{"weightsManifest":[{}]}' }, 'weights/zip', 'lacks paths'],
    ['a shard that is missing', { 'model.json': model(spec()) }, 'weights/truncated', 'lacks w.bin'],
    [
      'a shard that is too short',
      { 'model.json': model(spec()), 'w.bin': two.slice(0, 4) },
      'weights/truncated',
      'have 4 bytes, but model.json speaks of 8',
    ],
    [
      'a shard that is too long',
      { 'model.json': model(spec({ shape: [1] })), 'w.bin': two },
      'weights/truncated',
      'have 8 bytes, but model.json speaks of 4',
    ],
    [
      'quantised weights',
      { 'model.json': model(spec({ quantization: { dtype: 'uint8', min: 0, scale: 1 } })), 'w.bin': two },
      'weights/dtype',
      '"a" is quantised',
    ],
    [
      'an unknown number type',
      { 'model.json': model(spec({ dtype: 'string' })), 'w.bin': two },
      'weights/dtype',
      '"a" is of type "string"',
    ],
    [
      'a broken shape',
      { 'model.json': model(spec({ shape: [-2] })), 'w.bin': two },
      'weights/zip',
      'shape of tensor "a" is [-2]',
    ],
    [
      'a name given twice',
      { 'model.json': model(spec({ shape: [1] }), spec({ shape: [1] })), 'w.bin': two },
      'weights/duplicate',
      '"a" twice',
    ],
  ];
  test.each(refused)('is refused for %s', async (_, files, code, part) => {
    await expect(tfjs.read(await zipOf(files))).rejects.toMatchObject({
      name: 'AppError',
      code,
      message: expect.stringContaining(part),
    });
  });

  test('is refused when a weight’s bit has flipped', async () => {
    const blob = await zipOf({ 'model.json': model(spec()), 'w.bin': two });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const at = Buffer.from(bytes).indexOf(Buffer.from(two));
    const flipped = bytes.with(at + 2, (bytes[at + 2] ?? 0) ^ 1);
    await expect(tfjs.read(new Blob([flipped]))).rejects.toMatchObject({
      code: 'weights/zip',
      message: expect.stringContaining('w.bin cannot be read'),
    });
  });

  test('is refused before unpacking when it declares more than 2 GiB', async () => {
    const blob = await zipOf({ 'model.json': model(spec()), 'w.bin': two });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    // The central directory's entry of w.bin: its uncompressed size is 24 bytes after the signature.
    const directory = Buffer.from(bytes).lastIndexOf(Buffer.from('504b0102', 'hex'));
    new DataView(bytes.buffer).setUint32(directory + 24, 0xf0000000, true);
    await expect(tfjs.read(new Blob([bytes]))).rejects.toMatchObject({ code: 'weights/too-large' });
  });
});
