/**
 * @file safetensors (https://huggingface.co/docs/safetensors): an unsigned 64-bit little-endian header length, a JSON
 * header `{ name: { dtype, shape, data_offsets: [begin, end] }, __metadata__: { … } }` padded with spaces to 8 bytes,
 * then the values, tensor after tensor without a gap.
 */
import { AppError } from '../protocol/errors';
import { checkFinite, checkWritable, isShape, shapeText, sizeOf } from './checkTensors';
import { DTYPES, type DtypeName, isDtype } from './dtypes';
import { duplicateKey } from './duplicateKey';
import type { FileTensor, Format, TensorFile } from './tensorFile';

/** The reference implementation refuses longer headers. */
const maxHeaderBytes = 100_000_000;
const lengthBytes = 8;

interface Entry {
  name: string;
  dtype: DtypeName;
  shape: readonly number[];
  begin: number;
  end: number;
}

const damaged = (message: string, cause?: unknown) =>
  new AppError('weights/header', `${message} The file is damaged or no safetensors file; export it again.`, {
    cause,
  });

const truncated = (needed: number, size: number) =>
  new AppError(
    'weights/truncated',
    `The file is cut off: it has ${size} bytes and its header speaks of ${needed}. Copy or export it again.`,
  );

async function write({ tensors, metadata }: TensorFile): Promise<Blob> {
  checkWritable(tensors);
  const header: [string, unknown][] = [['__metadata__', metadata]];
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    header.push([name, { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] }]);
    offset += values.byteLength;
  }
  // fromEntries defines own properties, so that even a tensor named __proto__ is written.
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = Math.ceil(json.length / 8) * 8;
  const head = new Uint8Array(lengthBytes + padded).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(json, lengthBytes);
  return new Blob([head, ...tensors.map(t => t.values)], { type: safetensors.mediaType });
}

/** Checks one header entry by itself. */
function entryOf(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets } = (value ?? {}) as Record<string, unknown>;
  if (!isDtype(dtype))
    throw new AppError(
      'weights/dtype',
      `Tensor "${name}" is of type ${JSON.stringify(dtype)}; ${Object.keys(DTYPES).join(', ')} can be read. Convert it to F32.`,
    );
  if (!isShape(shape))
    throw damaged(`The shape of tensor "${name}" is ${JSON.stringify(shape)}, not a list of sizes.`);
  if (!isShape(data_offsets) || data_offsets.length !== 2)
    throw damaged(`The offsets of tensor "${name}" are ${JSON.stringify(data_offsets)}, not [begin, end].`);
  const [begin = 0, end = 0] = data_offsets;
  const wanted = sizeOf(shape) * DTYPES[dtype].byteLength;
  if (end - begin !== wanted)
    throw new AppError(
      'weights/shape',
      `Tensor "${name}" has shape ${shapeText(shape)} of ${dtype}, ${wanted} bytes, but its offsets [${begin}, ${end}] hold ${end - begin}. The file is damaged; export it again.`,
    );
  return { name, dtype, shape, begin, end };
}

function parseHeader(text: string): { entries: Entry[]; metadata: Record<string, string> } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw damaged('The header is not valid JSON.', cause);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw damaged('The header is no JSON object.');
  const twice = duplicateKey(text);
  if (twice !== null)
    throw new AppError('weights/duplicate', `The file holds tensor "${twice}" twice. Export it again.`);
  const { __metadata__: metadata = {}, ...tensors } = json as Record<string, unknown>;
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))
    throw damaged('Its __metadata__ is no JSON object.');
  for (const [key, value] of Object.entries(metadata))
    if (typeof value !== 'string') throw damaged(`Its metadata "${key}" is no text.`);
  return {
    entries: Object.entries(tensors).map(([name, value]) => entryOf(name, value)),
    metadata: metadata as Record<string, string>,
  };
}

/** Offsets must cover the data from its first byte to its last, without gap or overlap. */
function checkCover(entries: readonly Entry[], dataBytes: number, fileBytes: number): void {
  let at = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at)
      throw new AppError(
        'weights/offsets',
        `Tensor "${name}" begins at byte ${begin} of the data, where ${at} was expected. The file is damaged; export it again.`,
      );
    at = end;
  }
  if (at > dataBytes) throw truncated(fileBytes - dataBytes + at, fileBytes);
  if (at < dataBytes)
    throw new AppError(
      'weights/offsets',
      `${dataBytes - at} bytes at the end of the file belong to no tensor. The file is damaged; export it again.`,
    );
}

async function read(blob: Blob): Promise<TensorFile> {
  if (blob.size < lengthBytes) throw truncated(lengthBytes, blob.size);
  const length = new DataView(await blob.slice(0, lengthBytes).arrayBuffer()).getBigUint64(0, true);
  if (length > maxHeaderBytes)
    throw damaged(`The header claims ${length} bytes; at most ${maxHeaderBytes} are allowed.`);
  const dataStart = lengthBytes + Number(length);
  if (dataStart > blob.size) throw truncated(dataStart, blob.size);
  const header = await blob.slice(lengthBytes, dataStart).arrayBuffer();
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(header);
  } catch (cause) {
    throw damaged('The header is not UTF-8 text.', cause);
  }
  const { entries, metadata } = parseHeader(text);
  checkCover(entries, blob.size - dataStart, blob.size);
  const tensors: FileTensor[] = [];
  for (const { name, dtype, shape, begin, end } of entries) {
    // The file is read in slices, so it is never whole in memory beside its tensors, and each buffer starts aligned.
    const bytes = await blob.slice(dataStart + begin, dataStart + end).arrayBuffer();
    const tensor = { name, shape, values: DTYPES[dtype].decode(bytes) };
    checkFinite(tensor);
    tensors.push(tensor);
  }
  return { tensors, metadata };
}

export const safetensors: Format = {
  label: 'safetensors',
  extension: 'safetensors',
  mediaType: 'application/octet-stream',
  resumes: true,
  write,
  read,
  // The file begins with a header length below 2³² (its upper half is 0) and a JSON object.
  recognises: head => head.length > 8 && head.subarray(4, 8).every(byte => byte === 0) && head[8] === 0x7b,
};
