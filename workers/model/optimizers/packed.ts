/**
 * @file The base of every optimizer. It packs all gradients into one flat vector, so that decay, clipping and moments take a
 * few GPU dispatches in all instead of about a dozen for each parameter. On WebGPU and WebAssembly a fused kernel does the same in place,
 * without packing.
 */
import type { Parameter } from '../../nets/network';
import { optimizerStep, stepsInPlace, type UpdateRule } from '../../ops/optimizerStep';
import { AppError } from '../../protocol/errors';
import type { OptionSpecs } from '../../protocol/options';
import type { RunConfig } from '../../protocol/runs';
import * as tf from '../../tf/tf';

/** What every optimizer does with the gradients before its own rule. */
export interface GradientLimits {
  /** The largest norm of the whole gradient, including the decay. 0 means no clipping. */
  clipNorm: number;
  /** λ of the L2 decay: λ·v is added to the gradient of each kernel v. */
  weightDecay: number;
}

export interface Optimizer {
  /**
   * Makes one step, in place. The caller disposes the gradients.
   * @param gradients one for each parameter, in order. Null says that a parameter had no part in the loss. Its gradient then
   * counts as 0, but decay and momentum still move it.
   * @throws AppError `optimizer/gradients` when there are more or fewer gradients than parameters.
   */
  apply(gradients: readonly (tf.Tensor | null)[], learningRate: number | tf.Scalar): void;
  /** The norm of the whole gradient of the last step, including the decay, before clipping. It stays on the device. */
  readonly gradientNorm: tf.Variable<tf.Rank.R0>;
  /**
   * The state: one tensor for each slot and parameter with the name `optimizer/<slot>/<parameter>`, and
   * `optimizer/corrections` if the rule has them. The caller disposes them.
   */
  state(): { name: string; tensor: tf.Tensor }[];
  /**
   * Takes back the tensors that `state` gave, by name.
   * @throws AppError `optimizer/state` if one is missing or has another shape. Then nothing is changed.
   */
  restore(state: ReadonlyMap<string, tf.Tensor>): void;
  dispose(): void;
}

export interface OptimizerEntry {
  label: string;
  /** What a person should know before choosing it. */
  about?: string;
  /** The optimizer's own options. Two optimizers may share a key if they share its spec. */
  options: OptionSpecs;
  /** @param config complete and checked, so it has a value for each of `options`. */
  create(parameters: readonly Parameter[], limits: GradientLimits, config: RunConfig): Optimizer;
}

/** The name of the rule in the fused kernel, and the numbers that the kernel uses as μ, ρ and ε. */
interface FusedRule {
  rule: UpdateRule;
  momentum: number;
  rmsDecay: number;
  epsilon: number;
}

/** An optimizer's rule, on flat vectors. */
export interface Rule<S extends string> {
  /** If it is missing, every backend computes `step`. */
  fused?: FusedRule;
  /** The slots and the values that they start with. Momentum comes first. */
  slots: Readonly<Record<S, number>>;
  /** μ and ρ, if `step` divides by 1 − μ^t and 1 − ρ^t. t is the number of steps that the optimizer has made. */
  corrected?: readonly [number, number];
  /**
   * Computes the new slots, and the change that is subtracted from the parameters, from the clipped gradient and the old
   * slots.
   */
  step(
    gradient: tf.Tensor1D,
    slots: Readonly<Record<S, tf.Tensor1D>>,
    learningRate: number | tf.Scalar,
    /** `[2]`: 1 − μ^t and 1 − ρ^t. */
    corrections: tf.Tensor1D,
  ): { slots: Record<S, tf.Tensor1D>; change: tf.Tensor1D };
}

const flat = (tensor: tf.Tensor): tf.Tensor1D => tf.reshape(tensor, [-1]);
const pack = (tensors: readonly tf.Tensor[]): tf.Tensor1D => tf.concat(tensors.map(flat));

/**
 * Makes an optimizer from a rule.
 * @param parameters the parameters that it moves.
 */
export function packedOptimizer<S extends string>(
  parameters: readonly Parameter[],
  { clipNorm, weightDecay }: GradientLimits,
  rule: Rule<S>,
): Optimizer {
  const sizes = parameters.map(({ variable }) => variable.size);
  const total = sizes.reduce((a, b) => a + b, 0);
  const names = Object.keys(rule.slots) as S[];
  const own = (tensor: () => tf.Tensor1D) => {
    const value = tf.tidy(tensor);
    const variable = tf.variable(value, false);
    value.dispose();
    return variable;
  };
  const slots = Object.fromEntries(
    names.map(name => [name, own(() => tf.fill([total], rule.slots[name]))]),
  ) as Record<S, tf.Variable<tf.Rank.R1>>;
  const decays = () =>
    pack(parameters.map(({ variable, decays }) => tf.fill([variable.size], decays ? weightDecay : 0)));
  // This vector is as large as the network. The fused kernel does not need it, because the decays are part of its program.
  const {
    fused,
    decay,
  }: { fused: FusedRule; decay: null } | { fused: null; decay: tf.Variable<tf.Rank.R1> } =
    rule.fused && stepsInPlace() ? { fused: rule.fused, decay: null } : { fused: null, decay: own(decays) };
  // c ← μ·c + (1 − μ) with c = 0 at the start gives c = 1 − μ^t.
  const corrections = own(() => tf.zeros([2]));
  const zero = tf.scalar(0);
  const gradientNorm = tf.variable<tf.Rank.R0>(zero, false);
  zero.dispose();

  const split = (vector: tf.Tensor1D): tf.Tensor[] =>
    (tf.split(vector, sizes) as tf.Tensor[]).map((part, i) =>
      tf.reshape(part, parameters[i]?.variable.shape ?? []),
    );

  return {
    gradientNorm,
    apply(gradients, learningRate) {
      if (gradients.length !== parameters.length)
        throw new AppError(
          'optimizer/gradients',
          `${gradients.length} gradients for ${parameters.length} parameters: give one each, or null.`,
        );
      tf.tidy(() => {
        if (fused) {
          const norm = optimizerStep(
            fused.rule,
            parameters.map(({ variable }) => variable),
            gradients.map((gradient, i) => gradient ?? tf.zeros([sizes[i] ?? 0])),
            parameters.map(({ decays }) => (decays ? weightDecay : 0)),
            names.map(name => slots[name]),
            rule.corrected ? corrections : null,
            { ...fused, clipNorm, learningRate },
          );
          gradientNorm.assign(norm);
          return;
        }
        const values = pack(parameters.map(({ variable }) => variable));
        const raw = pack(gradients.map((gradient, i) => gradient ?? tf.zeros([sizes[i] ?? 0])));
        const decayed = tf.add<tf.Tensor1D>(raw, tf.mul(values, decay));
        const norm = tf.sqrt<tf.Scalar>(tf.sum(tf.square(decayed)));
        const clipped =
          clipNorm > 0 ? tf.mul<tf.Tensor1D>(decayed, tf.div(clipNorm, tf.maximum(norm, clipNorm))) : decayed;
        if (rule.corrected) {
          const one = rule.corrected.map(weight => 1 - weight);
          corrections.assign(tf.add(tf.mul(corrections, tf.tensor1d([...rule.corrected])), tf.tensor1d(one)));
        }
        const next = rule.step(clipped, slots, learningRate, corrections);
        split(tf.sub(values, next.change)).forEach((value, i) => {
          parameters[i]?.variable.assign(value);
        });
        for (const name of names) slots[name].assign(next.slots[name]);
        gradientNorm.assign(norm);
      });
    },
    state: () => [
      ...names.flatMap(name =>
        tf
          .tidy(() => split(slots[name]))
          .map((tensor, i) => ({ name: `optimizer/${name}/${parameters[i]?.name}`, tensor })),
      ),
      // A clone shares the data that the fused kernel overwrites, so this is a sum, which does not.
      ...(rule.corrected ? [{ name: 'optimizer/corrections', tensor: tf.add(corrections, 0) }] : []),
    ],
    restore(state) {
      const find = (key: string, shape: readonly number[]) => {
        const tensor = state.get(key);
        if (!tensor)
          throw new AppError('optimizer/state', `${key} is missing: this is not a checkpoint of this run.`);
        if (tensor.shape.join() !== shape.join())
          throw new AppError(
            'optimizer/state',
            `${key} has shape [${tensor.shape}], wanted is [${shape}]: this is not a checkpoint of this run.`,
          );
        return tensor;
      };
      const wanted = names.map(name =>
        parameters.map(parameter => find(`optimizer/${name}/${parameter.name}`, parameter.variable.shape)),
      );
      const restored = rule.corrected && (find('optimizer/corrections', [2]) as tf.Tensor1D);
      tf.tidy(() => {
        names.forEach((name, i) => {
          slots[name].assign(pack(wanted[i] ?? []));
        });
        if (restored) corrections.assign(tf.clone(restored));
      });
    },
    dispose() {
      for (const name of names) slots[name].dispose();
      decay?.dispose();
      corrections.dispose();
      gradientNorm.dispose();
    },
  };
}
