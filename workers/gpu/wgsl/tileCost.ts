/** @file What register tiles are chosen by. */

/**
 * What things cost in multiply-adds of one number, fitted to times on SwiftShader: by it the register tiles are chosen. A
 * load looks at each of four lanes in turn; a number that a loop carries is stored under a mask where its body ends.
 */
export const tileCost = {
  load: 24,
  /** Of a load that may lie beyond the map, in addition. */
  mask: 3,
  /** With a neighbour in the quad. */
  swap: 4,
  /** Per turn of the loop and number that it carries. */
  carry: 2.5,
  /** Compiling one multiply-add of a loop's body, spread over the three hundred steps of a short run. */
  compile: 15_000,
} as const;

/**
 * What a thread may hold, in vectors of sums, and its loop's body, in multiply-adds of vectors: more take seconds to
 * compile. Fewer threads than `threads` leave some of a device idle.
 */
export const limits = {
  alone: { sums: 18, body: 162, threads: 512 },
  quads: { sums: 36, body: 288, threads: 256 },
};

/** Loading four weights that lie side by side, one number or all of them a thread. */
export const vectorCost = (quads: boolean, lanes: 1 | 4): number =>
  quads ? tileCost.load + 3 * tileCost.swap : lanes * tileCost.load;
