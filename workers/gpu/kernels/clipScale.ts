/**
 * @file Global norm √Σ parts and the factor min(1, clip / norm) that clipping multiplies the gradient by; 1 where clip
 * is 0. One workgroup: each thread adds its share, then all add the shares in the same order.
 */
import type { Kernel } from './kernel';

export interface ClipScaleOptions {
  parts: number;
}

const threads = 64;

/** Buffers: norm `[1]`, scale `[1]`, parts `[parts]`, hyper-parameters (see `updateParameters`). */
export const clipScale: Kernel<ClipScaleOptions> = {
  name: 'clipScale',
  wgsl: ({ parts }) => ({
    label: 'clipScale',
    workgroups: [1, 1, 1],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> norm: array<f32>;
@group(0) @binding(1) var<storage, read_write> scale: array<f32>;
@group(0) @binding(2) var<storage, read> parts: array<f32>;
@group(0) @binding(3) var<storage, read> hyper: array<f32>;
var<workgroup> shares: array<f32, ${threads}>;
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) thread: u32) {
  var share = 0.0;
  for (var i = thread; i < ${parts}u; i += ${threads}u) { share += parts[i]; }
  shares[thread] = share;
  workgroupBarrier();
  if (thread > 0u) { return; }
  var sum = 0.0;
  for (var i = 0; i < ${threads}; i++) { sum += shares[i]; }
  let length = sqrt(sum);
  let clip = hyper[4];
  norm[0] = length;
  // Not max(length, clip): a NaN must reach the parameters, where it is seen, and not turn the clip off.
  scale[0] = select(clip / length, 1.0, clip <= 0.0 || length <= clip);
}`,
  }),
  sizes: ({ parts }) => ({ outputs: [1, 1], inputs: [parts, 5] }),
  reference(_, norm, scale, parts, hyper) {
    let sum = 0;
    for (let i = 0; i < (parts?.length ?? 0); i++) sum += parts?.[i] ?? 0;
    const length = Math.sqrt(sum);
    const clip = hyper?.[4] ?? 0;
    norm[0] = length;
    scale[0] = clip > 0 ? clip / Math.max(length, clip) : 1;
  },
  example: ({ parts }) => [
    Float32Array.from({ length: parts }, (_, i) => Math.sin(i) ** 2),
    Float32Array.of(0, 0, 0, 0, parts % 2 === 0 ? 3 : 0),
  ],
  cases: [{ parts: 200 }, { parts: 7 }],
};
