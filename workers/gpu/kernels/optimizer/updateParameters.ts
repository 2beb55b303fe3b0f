/**
 * @file One optimizer step on a group of parameters, in place. With g = scale · (gradient + λ·v):
 * rmsprop: s ← ρ·s + (1 − ρ)·g², m ← μ·m + rate·g/√(s + ε), v ← v − m;  sgd: m ← μ·m + g, v ← v − rate·m;
 * adam: m ← μ·m + (1 − μ)·g, s as in rmsprop, v ← v − rate·(m/c1)/(√(s/c2) + ε) with the corrections c of `clipScale`.
 * The hyper-parameters lie in a buffer, so that a new learning rate needs no new program.
 */

import {
  flatGrid,
  flatMain,
  float,
  type Kernel,
  lanesOf,
  unroll,
  type Values,
  vectorType,
} from '../../wgsl/kernel';
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
  /** Each parameter is divided among this many threads. */
  threads: number;
}

/** Four numbers are updated together if the parameters and their places in the slots all begin on a vector. */
const lanesOfGroup = ({ sizes, first }: UpdateOptions): 1 | 4 =>
  [first, ...sizes].every(size => lanesOf(size) === 4) ? 4 : 1;

/** Returns the threads for a group, of at most `most`. Each has at least one vector of the largest parameter. */
export const updateThreads = ({ sizes }: ParameterGroup, most: number): number =>
  Math.min(Math.ceil(Math.max(...sizes) / 4), most);

/** The number of slots of a rule. Each slot holds the values of all parameters one after the other. */
export const slotCount = (rule: UpdateRule): number => (rule === 'sgd' ? 1 : 2);

/** The numbers that a rule needs. A thread reads them once, because each costs a CPU as much as an element. */
const numbers: Readonly<Record<UpdateRule, string>> = {
  sgd: 'let rate = hyper[0]; let mu = hyper[1];',
  rmsprop: 'let rate = hyper[0]; let mu = hyper[1]; let rho = hyper[2]; let epsilon = hyper[3];',
  adam: `let rate = hyper[0]; let mu = hyper[1]; let rho = hyper[2]; let epsilon = hyper[3];
  let c1 = scale[1]; let c2 = scale[2];`,
};

/** Returns the new value of v. */
const steps: Readonly<Record<UpdateRule, { before: string; value: string }>> = {
  sgd: { before: 'let m = mu * momentum[slot] + g;', value: 'v - rate * m' },
  rmsprop: {
    before: `let s = rho * meanSquare[slot] + (1.0 - rho) * g * g;
    meanSquare[slot] = s;
    let m = mu * momentum[slot] + rate * g * inverseSqrt(s + epsilon);`,
    value: 'v - m',
  },
  adam: {
    before: `let m = mu * momentum[slot] + (1.0 - mu) * g;
    let s = rho * meanSquare[slot] + (1.0 - rho) * g * g;
    meanSquare[slot] = s;`,
    value: 'v - rate * (m / c1) / (sqrt(s / c2) + epsilon)',
  },
};

/**
 * Buffers: the parameters, momentum `[slotSize]`, but for sgd the mean squares `[slotSize]`; then the gradients,
 * hyper-parameters `[rate, μ, ρ, ε, clip]`, scale (see `clipScale`).
 */
export const updateParameters: Kernel<UpdateOptions> = {
  name: 'updateParameters',
  wgsl(options) {
    const { sizes, decays, rule, first, threads } = options;
    const count = sizes.length;
    const lanes = lanesOfGroup(options);
    const T = vectorType(lanes);
    const slots = ['momentum', 'meanSquare'].slice(0, slotCount(rule));
    const binding = (index: number, access: string, name: string, type: string = T) =>
      `@group(0) @binding(${index}) var<storage, ${access}> ${name}: array<${type}>;`;
    const { before, value } = steps[rule];
    // Each parameter has its own loop, and there is no `if`: lanes that run in lockstep would run all of its branches.
    let start = first / lanes;
    const loops = sizes.map((size, p) => {
      const offset = start;
      start += size / lanes;
      return `
  for (var e = i; e < ${size / lanes}; e += ${threads}) {
    let slot = ${offset} + e;
    let v = v${p}[e];
    let g = factor * (g${p}[e]${decays[p] ? ` + ${float(decays[p])} * v` : ''});
    ${before}
    momentum[slot] = m;
    v${p}[e] = ${value};
  }`;
    });
    return {
      label: 'updateParameters',
      workgroups: flatGrid(threads),
      wgsl: `
${unroll(count, p => binding(p, 'read_write', `v${p}`))}
${unroll(slots.length, s => binding(count + s, 'read_write', slots[s] ?? ''))}
${unroll(count, p => binding(count + slots.length + p, 'read', `g${p}`))}
${binding(2 * count + slots.length, 'read', 'hyper', 'f32')}
${binding(2 * count + slots.length + 1, 'read', 'scale', 'f32')}
${flatMain(threads)}
  let factor = scale[0];
  ${numbers[rule]}
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
  cases: groupCases.flatMap((group, i) =>
    updateRules.map(rule => ({ ...group, rule, slotSize: groupSize(group) + 7, first: 4, threads: 3 + i })),
  ),
};
