/**
 * @file Four threads of a subgroup that need the same vectors: each loads one number of a vector and swaps it with its
 * neighbours (WGSL's `subgroups`). A thread then has the numbers in an order of its own, which `inOrder` undoes.
 */
import { ceilDivide } from './kernel';

/** Threads of a workgroup that all have the same weights: a multiple of 4 that leaves few of them idle. */
export const quadGroup = (blocks: number): number =>
  [64, 32, 16, 8].find(size => ceilDivide(blocks, size) * size <= 1.05 * blocks) ?? 4;

/** A quad's thread has loaded one number of a vector: the other three come from its neighbours, in its own order. */
export const swapped = (mine: string): string =>
  `vec4<f32>(${mine}, quadSwapX(${mine}), quadSwapY(${mine}), quadSwapDiagonal(${mine}))`;

/** Of sums whose order a thread of a quad has kept: the vector as all threads know it. */
export const inOrder = `
fn inOrder(sums: vec4<f32>, thread: u32) -> vec4<f32> {
  let pairs = select(sums, sums.yxwz, (thread & 1u) == 1u);
  return select(pairs, pairs.zwxy, (thread & 2u) == 2u);
}`;
