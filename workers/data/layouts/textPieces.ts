/**
 * @file Decodes the text of a table whose encoding is not known. Spreadsheets save UTF-8 with a byte order mark, UTF-16 or
 * Windows-1252, and do not say which.
 */

/** How many bytes are decoded at a time, so that the text of a large table of pixels is not in memory as a whole. */
const pieceBytes = 2 ** 20;
/** How many bytes are checked to find out whether each character takes two bytes. */
const lookedAt = 1024;

function* pieces(bytes: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

function isUtf8(bytes: Uint8Array<ArrayBuffer>): boolean {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for (const piece of pieces(bytes)) decoder.decode(piece, { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/**
 * The label of the encoding (https://encoding.spec.whatwg.org). A byte order mark decides. Without one it is UTF-16 if every
 * second byte at the beginning is 0, as in Latin letters, UTF-8 if the bytes are valid UTF-8, and otherwise Windows-1252.
 */
export function encodingOf(bytes: Uint8Array<ArrayBuffer>): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const start = bytes.subarray(0, lookedAt);
  const zeros = (parity: number) => start.filter((byte, i) => i % 2 === parity && byte === 0).length;
  if (zeros(1) * 4 > start.length) return 'utf-16le';
  if (zeros(0) * 4 > start.length) return 'utf-16be';
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}

/** The text, piece by piece, without its byte order mark. */
export function* textPieces(bytes: Uint8Array<ArrayBuffer>): Generator<string> {
  const decoder = new TextDecoder(encodingOf(bytes));
  for (const piece of pieces(bytes)) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}
