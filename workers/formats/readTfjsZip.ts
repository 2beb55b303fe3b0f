/** @file Reads TensorFlow.js weights from a zip (`tfjsZip.ts`). The archive is not trusted. */
import {
  BlobReader,
  type Entry,
  type FileEntry,
  Uint8ArrayWriter,
  ZipReader,
} from '@zip.js/zip.js/lib/zip-core-custom.js';
import { AppError } from '../protocol/errors';
import { checkFinite, isShape, shapeText, sizeOf } from './checkTensors';
import { DTYPES } from './dtypes';
import type { FileTensor, TensorFile } from './tensorFile';

/** An archive can declare any size. A browser does not train a model that is larger than this. */
const maxBytes = 2 ** 31;

interface Spec {
  name: string;
  shape: readonly number[];
  dtype: keyof typeof dtypes;
}
const dtypes = { float32: DTYPES.F32, int32: DTYPES.I32 } as const;

const damaged = (message: string, cause?: unknown) =>
  new AppError('weights/zip', `${message} The archive is damaged or no tfjs model; export it again.`, {
    cause,
  });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function specOf(value: unknown): Spec {
  const { name, shape, dtype, quantization } = isRecord(value) ? value : {};
  if (typeof name !== 'string') throw damaged('A weight in model.json has no name.');
  if (quantization !== undefined || (dtype !== 'float32' && dtype !== 'int32'))
    throw new AppError(
      'weights/dtype',
      `Tensor "${name}" is ${quantization === undefined ? `of type ${JSON.stringify(dtype)}` : 'quantised'}; only plain float32 and int32 can be read. Export it without quantisation.`,
    );
  if (!isShape(shape))
    throw damaged(`The shape of tensor "${name}" is ${JSON.stringify(shape)}, not a list of sizes.`);
  return { name, shape, dtype };
}

/** Reads the manifest's groups and the metadata from untrusted JSON text. */
function parseModel(text: string): {
  groups: { paths: string[]; specs: Spec[] }[];
  metadata: Record<string, string>;
} {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw damaged('Its model.json is not valid JSON.', cause);
  }
  const { weightsManifest, userDefinedMetadata = {} } = isRecord(json) ? json : {};
  if (!Array.isArray(weightsManifest)) throw damaged('Its model.json has no weights manifest.');
  const groups = weightsManifest.map(group => {
    const { paths, weights } = isRecord(group) ? group : {};
    if (!Array.isArray(paths) || !paths.every(p => typeof p === 'string') || !Array.isArray(weights))
      throw damaged('A group of its weights manifest lacks paths or weights.');
    return { paths, specs: weights.map(specOf) };
  });
  const names = groups.flatMap(({ specs }) => specs.map(({ name }) => name));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new AppError('weights/duplicate', `The file holds tensor "${twice}" twice. Export it again.`);
  const texts = isRecord(userDefinedMetadata) ? Object.entries(userDefinedMetadata) : [];
  return {
    groups,
    metadata: Object.fromEntries(
      texts.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  };
}

/** The CSP allows neither blob workers nor wasm. So the browser's own inflate runs on this thread. */
const zipOptions = { useWebWorkers: false, useCompressionStream: true } as const;

const isFile = (entry: Entry): entry is FileEntry => !entry.directory;

async function bytesOf(entry: FileEntry): Promise<Uint8Array<ArrayBuffer>> {
  if (entry.encrypted) throw damaged(`${entry.filename} is encrypted.`);
  try {
    // The archive has a checksum. Without this check nobody would see a flipped bit in a weight.
    return await entry.getData(new Uint8ArrayWriter(), { ...zipOptions, checkSignature: true });
  } catch (cause) {
    throw damaged(`${entry.filename} cannot be read.`, cause);
  }
}

async function readEntries(entries: readonly FileEntry[]): Promise<TensorFile> {
  const models = entries.filter(({ filename }) => /(^|\/)model\.json$/.test(filename));
  const [model] = models.toSorted((a, b) => a.filename.length - b.filename.length);
  if (!model) throw damaged('It holds no model.json.');
  const declared = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (declared > maxBytes)
    throw new AppError(
      'weights/too-large',
      `The archive unpacks to ${declared} bytes; at most ${maxBytes} can be read. Import a smaller model.`,
    );
  const folder = model.filename.slice(0, -'model.json'.length);
  const byName = new Map(entries.map(entry => [entry.filename, entry]));
  const { groups, metadata } = parseModel(new TextDecoder().decode(await bytesOf(model)));
  const tensors: FileTensor[] = [];
  for (const { paths, specs } of groups) {
    const shards = paths.map(path => {
      const shard = byName.get(folder + path);
      if (!shard) throw new AppError('weights/truncated', `The archive lacks ${path}. Export it again.`);
      return shard;
    });
    const size = shards.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
    const wanted = specs.reduce((sum, s) => sum + sizeOf(s.shape) * dtypes[s.dtype].byteLength, 0);
    if (size !== wanted)
      throw new AppError(
        'weights/truncated',
        `The weights in the archive have ${size} bytes, but model.json speaks of ${wanted}. Export it again.`,
      );
    const data = new Blob(await Promise.all(shards.map(bytesOf)));
    let at = 0;
    for (const { name, shape, dtype } of specs) {
      const end = at + sizeOf(shape) * dtypes[dtype].byteLength;
      const values = dtypes[dtype].decode(await data.slice(at, end).arrayBuffer());
      if (values.length !== sizeOf(shape))
        throw damaged(`Tensor "${name}" ${shapeText(shape)} has only ${values.length} values.`);
      const tensor = { name, shape, values };
      checkFinite(tensor);
      tensors.push(tensor);
      at = end;
    }
  }
  return { tensors, metadata };
}

/** Reads what `tfjsZip.ts` writes, and zips of other tfjs models. An error names the tensor or the file in the zip. */
export async function readTfjsZip(blob: Blob): Promise<TensorFile> {
  const reader = new ZipReader(new BlobReader(blob), zipOptions);
  try {
    const entries = await reader.getEntries().catch(cause => {
      throw damaged(`The archive of ${blob.size} bytes cannot be opened; it may be cut off.`, cause);
    });
    return await readEntries(entries.filter(isFile));
  } finally {
    await reader.close();
  }
}
