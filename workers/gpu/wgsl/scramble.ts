/** @file The 32-bit finaliser of `workers/random.ts` in WGSL. The GPU draws the same bits as JavaScript. */
export const scrambleWgsl = `
fn scramble(word: u32) -> u32 {
  var x = word;
  x = (x ^ (x >> 16u)) * 0x85ebca6bu;
  x = (x ^ (x >> 13u)) * 0xc2b2ae35u;
  return x ^ (x >> 16u);
}`;
