/** @file Parts of ‖g + λ·v‖² over a group of parameters: the first half of clipping by the global norm. */
import { float, type Kernel, lanesOf, unroll, vectorType } from '../../wgsl/kernel';
import { groupCases, type ParameterGroup } from '../../wgsl/parameterGroup';

export interface GradientSquaresOptions extends ParameterGroup {
  /** Parts of the whole step, and this group's first. */
  parts: number;
  offset: number;
}

/** The number of parts of a group. Each thread writes one. */
export const squaresThreads = 1024;

/** The indices of the group's parameters that decay. Only these parameters are read. */
export const decaying = ({ decays }: ParameterGroup): number[] =>
  decays.flatMap((decay, p) => (decay === 0 ? [] : [p]));

/** Buffers: parts `[parts]` of which this writes `squaresThreads`, the decaying parameters, then all gradients. */
export const gradientSquares: Kernel<GradientSquaresOptions> = {
  name: 'gradientSquares',
  wgsl(options) {
    const { sizes, decays, offset } = options;
    const values = decaying(options);
    const lanes = sizes.map(lanesOf);
    const buffers = [
      ...values.map(p => `v${p}: array<${vectorType(lanes[p] ?? 1)}>`),
      ...lanes.map((count, p) => `g${p}: array<${vectorType(count)}>`),
    ];
    return {
      label: 'gradientSquares',
      workgroups: [squaresThreads / 64, 1, 1],
      wgsl: `
@group(0) @binding(0) var<storage, read_write> parts: array<f32>;
${unroll(buffers.length, i => `@group(0) @binding(${1 + i}) var<storage, read> ${buffers[i]};`)}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let thread = i32(id.x);
  var sum = 0.0;
  ${unroll(
    sizes.length,
    p => `
  for (var i = thread; i < ${(sizes[p] ?? 0) / (lanes[p] ?? 1)}; i += ${squaresThreads}) {
    let g = g${p}[i]${values.includes(p) ? ` + ${float(decays[p] ?? 0)} * v${p}[i]` : ''};
    sum += ${lanes[p] === 4 ? 'dot(g, g)' : 'g * g'};
  }`,
  )}
  parts[${offset} + thread] = sum;
}`,
    };
  },
  sizes(options) {
    const { sizes, parts } = options;
    return { outputs: [parts], inputs: [...decaying(options).map(p => sizes[p] ?? 0), ...sizes] };
  },
  reference(options, parts, ...buffers) {
    const { sizes, decays, offset } = options;
    const values = decaying(options);
    parts.fill(0, offset, offset + squaresThreads);
    sizes.forEach((size, p) => {
      const gradient = buffers[values.length + p];
      const value = buffers[values.indexOf(p)];
      for (let i = 0; i < size; i++) {
        const g = (gradient?.[i] ?? 0) + (decays[p] ?? 0) * (value?.[i] ?? 0);
        const at = offset + (Math.floor(i / lanesOf(size)) % squaresThreads);
        parts[at] = (parts[at] ?? 0) + g * g;
      }
    });
  },
  cases: groupCases.map(group => ({ ...group, parts: 2 * squaresThreads, offset: squaresThreads })),
};
