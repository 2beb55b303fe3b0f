/**
 * @file One optimizer step on a group of parameters, in place. With g = scale · (gradient + λ·v):
 * rmsprop: s ← ρ·s + (1 − ρ)·g², m ← μ·m + rate·g/√(s + ε), v ← v − m;  sgd: m ← μ·m + g, v ← v − rate·m;
 * adam: m ← μ·m + (1 − μ)·g, s as in rmsprop, v ← v − rate·(m/c1)/(√(s/c2) + ε) with the corrections c of `clipScale`.
 * The hyper-parameters lie in a buffer, so that a new learning rate needs no new program.
 */

import { ceilDivide, flatGrid, flatMain, float, type Kernel, unroll, type Values } from '../../wgsl/kernel';
import { groupCases, groupSize, type ParameterGroup } from '../../wgsl/parameterGroup';
import { scaleLength } from './clipScale';

export const updateRules = ['sgd', 'rmsprop', 'adam'] as const;
export type UpdateRule = (typeof updateRules)[number];

/** Whether a rule needs the corrections of `clipScale`. */
export const isCorrected = (rule: UpdateRule): boolean => rule === 'adam';

export interface UpdateOptions extends ParameterGroup {
  rule: UpdateRule;
  /** The number of elements of a slot, and where this group begins in it. */
  slotSize: number;
  first: number;
}

/** A thread updates this many elements of the group's largest parameter. */
const elementsPerThread = 4;

/** The number of slots of a rule. Each slot holds the values of all parameters one after the other. */
export const slotCount = (rule: UpdateRule): number => (rule === 'sgd' ? 1 : 2);

const steps: Readonly<Record<UpdateRule, string>> = {
  sgd: `
  let m = hyper[1] * momentum[slot] + g;
  momentum[slot] = m;
  return v - hyper[0] * m;`,
  rmsprop: `
  let s = hyper[2] * meanSquare[slot] + (1.0 - hyper[2]) * g * g;
  meanSquare[slot] = s;
  let m = hyper[1] * momentum[slot] + hyper[0] * g * inverseSqrt(s + hyper[3]);
  momentum[slot] = m;
  return v - m;`,
  adam: `
  let m = hyper[1] * momentum[slot] + (1.0 - hyper[1]) * g;
  momentum[slot] = m;
  let s = hyper[2] * meanSquare[slot] + (1.0 - hyper[2]) * g * g;
  meanSquare[slot] = s;
  return v - hyper[0] * (m / scale[1]) / (sqrt(s / scale[2]) + hyper[3]);`,
};

/**
 * Buffers: the parameters, momentum `[slotSize]`, but for sgd the mean squares `[slotSize]`; then the gradients,
 * hyper-parameters `[rate, μ, ρ, ε, clip]`, scale (see `clipScale`).
 */
export const updateParameters: Kernel<UpdateOptions> = {
  name: 'updateParameters',
  wgsl({ sizes, decays, rule, first }) {
    const count = sizes.length;
    const slots = ['momentum', 'meanSquare'].slice(0, slotCount(rule));
    const binding = (index: number, access: string, name: string) =>
      `@group(0) @binding(${index}) var<storage, ${access}> ${name}: array<f32>;`;
    const threads = ceilDivide(Math.max(...sizes), elementsPerThread);
    // Each parameter has its own loop, and there is no `if`: lanes that run in lockstep would run all of its branches.
    let slot = first;
    const loops = sizes.map((size, p) => {
      const start = slot;
      slot += size;
      return `
  for (var e = i; e < ${size}; e += ${threads}) {
    v${p}[e] = step(v${p}[e], g${p}[e], ${float(decays[p] ?? 0)}, ${start} + e);
  }`;
    });
    return {
      label: 'updateParameters',
      workgroups: flatGrid(threads),
      wgsl: `
${unroll(count, p => binding(p, 'read_write', `v${p}`))}
${unroll(slots.length, s => binding(count + s, 'read_write', slots[s] ?? ''))}
${unroll(count, p => binding(count + slots.length + p, 'read', `g${p}`))}
${binding(2 * count + slots.length, 'read', 'hyper')}
${binding(2 * count + slots.length + 1, 'read', 'scale')}
fn step(v: f32, gradient: f32, decay: f32, slot: i32) -> f32 {
  let g = scale[0] * (gradient + decay * v);
  ${steps[rule]}
}
${flatMain(threads)}
  ${loops.join('')}
}`,
    };
  },
  sizes: ({ sizes, rule, slotSize }) => ({
    outputs: [...sizes, ...Array.from({ length: slotCount(rule) }, () => slotSize)],
    inputs: [...sizes, 5, scaleLength(isCorrected(rule))],
  }),
  reference({ sizes, decays, rule, first }, ...buffers) {
    const count = sizes.length;
    const [momentum, meanSquare] = buffers.slice(count, count + slotCount(rule)) as [Values, Values];
    const [hyper, scale] = buffers.slice(-2) as [Values, Values];
    const [rate, mu, rho, epsilon] = Array.from(hyper) as [number, number, number, number];
    let slot = first;
    for (let p = 0; p < count; p++) {
      const values = buffers[p] ?? [];
      const gradients = buffers[count + slotCount(rule) + p] ?? [];
      for (let i = 0; i < values.length; i++, slot++) {
        const v = values[i] ?? 0;
        const g = (scale[0] ?? 1) * ((gradients[i] ?? 0) + (decays[p] ?? 0) * v);
        if (rule === 'sgd') {
          const m = mu * (momentum[slot] ?? 0) + g;
          momentum[slot] = m;
          values[i] = v - rate * m;
        } else if (rule === 'adam') {
          const m = mu * (momentum[slot] ?? 0) + (1 - mu) * g;
          momentum[slot] = m;
          const s = rho * (meanSquare[slot] ?? 0) + (1 - rho) * g * g;
          meanSquare[slot] = s;
          values[i] = v - (rate * (m / (scale[1] ?? 1))) / (Math.sqrt(s / (scale[2] ?? 1)) + epsilon);
        } else {
          const s = rho * (meanSquare[slot] ?? 0) + (1 - rho) * g * g;
          meanSquare[slot] = s;
          const m = mu * (momentum[slot] ?? 0) + (rate * g) / Math.sqrt(s + epsilon);
          momentum[slot] = m;
          values[i] = v - m;
        }
      }
    }
  },
  example: ({ sizes, rule }) => [
    ...sizes.map((size, p) => Float32Array.from({ length: size }, (_, i) => Math.sin(i + p))),
    Float32Array.of(0.05, 0.9, 0.9, 1, 5),
    isCorrected(rule) ? Float32Array.of(0.5, 0.19, 0.002) : Float32Array.of(0.5),
  ],
  cases: groupCases.flatMap(group =>
    updateRules.map(rule => ({ ...group, rule, slotSize: groupSize(group) + 3, first: 2 })),
  ),
};
