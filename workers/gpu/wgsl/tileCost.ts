/** @file The costs and limits by which register tiles are chosen. */

/**
 * Costs in multiply-adds of one number, fitted to times on SwiftShader. A load handles each of four lanes in turn. A
 * number that a loop carries is stored under a mask at the end of the loop's body.
 */
export const tileCost = {
  load: 24,
  /** The additional cost of a load that may lie beyond the map. */
  mask: 3,
  /** The cost of a swap with a neighbour in the quad. */
  swap: 4,
  /** The cost for each turn of the loop and each number that it carries. */
  carry: 2.5,
  /** The cost of compiling one multiply-add of a loop's body, spread over the first hundred steps of a run. */
  compile: 40_000,
} as const;

/**
 * The most vectors of sums that a thread may hold, and the most multiply-adds of vectors in its loop's body. More take
 * seconds to compile. With fewer threads than `threads`, a part of the device is idle.
 */
export const limits = {
  alone: { sums: 18, body: 162, threads: 512 },
  quads: { sums: 36, body: 288, threads: 256 },
};

/**
 * The cost of loading weights that lie side by side. In quads a thread loads one of four and swaps, else it loads
 * all.
 */
export const vectorCost = (quads: boolean, lanes: 1 | 4): number =>
  quads ? tileCost.load + 3 * tileCost.swap : lanes * tileCost.load;
