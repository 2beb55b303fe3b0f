/** @file Readable names for runs. */

const qualities = [
  'amber',
  'brisk',
  'calm',
  'clear',
  'eager',
  'fair',
  'gentle',
  'keen',
  'level',
  'light',
  'lucid',
  'mellow',
  'nimble',
  'quiet',
  'steady',
  'swift',
  'tidy',
  'vivid',
];
const things = [
  'beam',
  'fulcrum',
  'hinge',
  'lever',
  'mast',
  'pivot',
  'plank',
  'plumb',
  'poise',
  'scale',
  'spring',
  'sway',
  'swing',
  'tilt',
  'truss',
  'vane',
];

/**
 * A name like "steady-pivot".
 * @param hash an unsigned 32-bit number.
 */
export function randomName(hash: number): string {
  return `${qualities[hash % qualities.length]}-${things[(hash >>> 8) % things.length]}`;
}
