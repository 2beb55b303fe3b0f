/**
 * @file Reads the number types of other people's weight files into float32. The bytes are little-endian, as both
 * formats store them and as every machine that runs a browser computes.
 */

interface Dtype {
  byteLength: number;
  decode(bytes: ArrayBuffer): Float32Array<ArrayBuffer>;
}

/** IEEE 754 half precision: 1 sign, 5 exponent, 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  // Subnormals have no hidden bit, and they have the exponent of the smallest normal number.
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The number types by the names that safetensors uses. */
export const DTYPES = {
  F32: { byteLength: 4, decode: bytes => new Float32Array(bytes) },
  F64: { byteLength: 8, decode: bytes => Float32Array.from(new Float64Array(bytes)) },
  F16: { byteLength: 2, decode: bytes => Float32Array.from(new Uint16Array(bytes), halfToNumber) },
  // bfloat16 is the upper half of a float32.
  BF16: {
    byteLength: 2,
    decode: bytes => new Float32Array(Uint32Array.from(new Uint16Array(bytes), bits => bits << 16).buffer),
  },
  I32: { byteLength: 4, decode: bytes => Float32Array.from(new Int32Array(bytes)) },
  I64: { byteLength: 8, decode: bytes => Float32Array.from(new BigInt64Array(bytes), Number) },
} as const satisfies Record<string, Dtype>;

export type DtypeName = keyof typeof DTYPES;
export const isDtype = (name: unknown): name is DtypeName =>
  typeof name === 'string' && Object.hasOwn(DTYPES, name);
