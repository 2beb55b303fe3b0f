/** @file Eq. 1: the total loss Σ w_i·L_i of scalar losses that each lie in a buffer of their own, and its gradients. */
import { type Kernel, unroll } from '../../wgsl/kernel';

export interface WeightedSumOptions {
  tasks: number;
}

const cases = [{ tasks: 3 }, { tasks: 1 }];

const loss = (binding: number, task: number, access = 'read') =>
  `@group(0) @binding(${binding + task}) var<storage, ${access}> loss${task}: array<f32>;`;

/** Buffers: total `[1]`, weights `[tasks]`, then each loss `[1]`. */
export const weightedSum: Kernel<WeightedSumOptions> = {
  name: 'weightedSum',
  wgsl: ({ tasks }) => ({
    label: 'weightedSum',
    workgroups: [1, 1, 1],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> total: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
${unroll(tasks, t => loss(2, t))}
@compute @workgroup_size(1)
fn main() {
  var sum = 0.0;
  ${unroll(tasks, t => `sum += weights[${t}] * loss${t}[0];`)}
  total[0] = sum;
}`,
  }),
  sizes: ({ tasks }) => ({ outputs: [1], inputs: [tasks, ...Array.from({ length: tasks }, () => 1)] }),
  reference(_, total, weights, ...losses) {
    total[0] = losses.reduce((sum, [loss = 0], t) => sum + (weights?.[t] ?? 0) * loss, 0);
  },
  cases,
};

/** ∂/∂L_i = w_i·dy. Buffers: each loss's gradient `[1]`, weights `[tasks]`, dy `[1]`. */
export const weightedSumGradient: Kernel<WeightedSumOptions> = {
  name: 'weightedSumGradient',
  wgsl: ({ tasks }) => ({
    label: 'weightedSumGradient',
    workgroups: [1, 1, 1],
    wgsl: `
${unroll(tasks, t => loss(0, t, 'read_write'))}
@group(0) @binding(${tasks}) var<storage, read> weights: array<f32>;
@group(0) @binding(${tasks + 1}) var<storage, read> dy: array<f32>;
@compute @workgroup_size(1)
fn main() {
  ${unroll(tasks, t => `loss${t}[0] = weights[${t}] * dy[0];`)}
}`,
  }),
  sizes: ({ tasks }) => ({ outputs: Array.from({ length: tasks }, () => 1), inputs: [tasks, 1] }),
  reference({ tasks }, ...buffers) {
    const [weights, dy] = buffers.slice(tasks);
    for (const [t, gradient] of buffers.slice(0, tasks).entries())
      gradient[0] = (weights?.[t] ?? 0) * (dy?.[0] ?? 0);
  },
  cases,
};

/** ∂/∂w_i = L_i·dy. Buffers: the weights' gradient `[tasks]`, dy `[1]`, then each loss `[1]`. */
export const weightedSumWeightGradient: Kernel<WeightedSumOptions> = {
  name: 'weightedSumWeightGradient',
  wgsl: ({ tasks }) => ({
    label: 'weightedSumWeightGradient',
    workgroups: [1, 1, 1],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> dweights: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
${unroll(tasks, t => loss(2, t))}
@compute @workgroup_size(1)
fn main() {
  ${unroll(tasks, t => `dweights[${t}] = loss${t}[0] * dy[0];`)}
}`,
  }),
  sizes: ({ tasks }) => ({ outputs: [tasks], inputs: [1, ...Array.from({ length: tasks }, () => 1)] }),
  reference(_, dweights, dy, ...losses) {
    losses.forEach(([loss = 0], t) => {
      dweights[t] = loss * (dy?.[0] ?? 0);
    });
  },
  cases,
};
