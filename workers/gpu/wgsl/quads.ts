/**
 * @file Quads are four threads of a subgroup that need the same vectors. Each thread loads one number of a vector and
 * swaps it with its neighbours (WGSL's `subgroups`). Each thread then has the numbers in a different order, and
 * `inOrder` puts them in order again.
 */
import { ceilDivide } from './kernel';

/** The threads of a workgroup that all have the same weights. It is a multiple of 4 that leaves few threads idle. */
export const quadGroup = (blocks: number): number =>
  [64, 32, 16, 8].find(size => ceilDivide(blocks, size) * size <= 1.05 * blocks) ?? 4;

/** A thread has loaded one number of a vector. The other three come from its neighbours, in the thread's own order. */
export const swapped = (mine: string): string =>
  `vec4<f32>(${mine}, quadSwapX(${mine}), quadSwapY(${mine}), quadSwapDiagonal(${mine}))`;

/** Puts a vector of sums, which a thread of a quad has in its own order, into the normal order. */
export const inOrder = `
fn inOrder(sums: vec4<f32>, thread: u32) -> vec4<f32> {
  let pairs = select(sums, sums.yxwz, (thread & 1u) == 1u);
  return select(pairs, pairs.zwxy, (thread & 2u) == 2u);
}`;
