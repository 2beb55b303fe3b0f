/**
 * @file Global norm √Σ parts, and the factor min(1, clip / norm) by which clipping multiplies the gradient. The
 * factor is 1 if clip is 0. There is one workgroup: each thread adds its share, then every thread adds all shares in
 * the same order. For Adam the kernel also updates the corrections: c ← μ·c + (1 − μ), starting from 0, which is 1 −
 * μ^t without the rounding of a power, and the same with ρ.
 */
import type { Kernel, Values } from '../../wgsl/kernel';

export interface ClipScaleOptions {
  parts: number;
  corrected: boolean;
}

const threads = 64;

/** Numbers in `scale`: the factor, then the corrections. */
export const scaleLength = (corrected: boolean): number => (corrected ? 3 : 1);

/**
 * Buffers: norm `[1]`, scale `[scaleLength]`, the corrections `[2]` where there are any, parts `[parts]`,
 * hyper-parameters (see `updateParameters`).
 */
export const clipScale: Kernel<ClipScaleOptions> = {
  name: 'clipScale',
  wgsl: ({ parts, corrected }) => ({
    label: 'clipScale',
    workgroups: [1, 1, 1],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> norm: array<f32>;
@group(0) @binding(1) var<storage, read_write> scale: array<f32>;
${corrected ? '@group(0) @binding(2) var<storage, read_write> corrections: array<f32>;' : ''}
@group(0) @binding(${corrected ? 3 : 2}) var<storage, read> parts: array<f32>;
@group(0) @binding(${corrected ? 4 : 3}) var<storage, read> hyper: array<f32>;
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
  // This is not max(length, clip), because a NaN must reach the parameters, where it is seen, and not turn the clip
  // off.
  scale[0] = select(clip / length, 1.0, clip <= 0.0 || length <= clip);
  ${
    corrected
      ? `for (var i = 0; i < 2; i++) {
    corrections[i] = hyper[i + 1] * corrections[i] + (1.0 - hyper[i + 1]);
    scale[i + 1] = corrections[i];
  }`
      : ''
  }
}`,
  }),
  sizes: ({ parts, corrected }) => ({
    outputs: [1, scaleLength(corrected), ...(corrected ? [2] : [])],
    inputs: [parts, 5],
  }),
  reference({ corrected }, norm, scale, ...buffers) {
    const [parts, hyper] = buffers.slice(-2) as [Values, Values];
    const length = Math.sqrt(Array.from(parts).reduce((sum, part) => sum + part, 0));
    const clip = hyper[4] ?? 0;
    norm[0] = length;
    scale[0] = clip > 0 ? clip / Math.max(length, clip) : 1;
    const corrections = corrected ? (buffers[0] ?? []) : [];
    corrections.forEach((correction, i) => {
      const weight = hyper[i + 1] ?? 0;
      corrections[i] = weight * correction + (1 - weight);
      scale[i + 1] = corrections[i] ?? 0;
    });
  },
  example: ({ parts }) => [
    Float32Array.from({ length: parts }, (_, i) => Math.sin(i) ** 2),
    Float32Array.of(0, 0.9, 0.999, 0, parts % 2 === 0 ? 3 : 0),
  ],
  cases: [
    { parts: 200, corrected: false },
    { parts: 7, corrected: true },
  ],
};
