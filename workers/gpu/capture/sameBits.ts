/** @file Compares numbers bit by bit: NaN equals itself, and 0 and −0 differ. */

export function sameBits(a: Float32Array, b: Float32Array): boolean {
  const [left, right] = [a, b].map(values => new Uint32Array(values.slice().buffer));
  return a.length === b.length && left?.every((word, i) => word === right?.[i]) === true;
}
