/** @file Numbers that a strategy keeps from step to step: variables `[tasks]` under the strategy's name. Checkpoints hold them. */
import * as tf from '../tf/tf';

export interface OwnVariables<Name extends string> {
  readonly of: Readonly<Record<Name, tf.Variable<tf.Rank.R1>>>;
  /** As a `Weighting` lists them. */
  readonly list: readonly { name: string; variable: tf.Variable }[];
  /** Takes the next values, in the order of the names. */
  assign(values: readonly tf.Tensor[]): void;
  dispose(): void;
}

/** @param starts by name: the value that every task starts with. */
export function ownVariables<Name extends string>(
  strategy: string,
  tasks: number,
  starts: Readonly<Record<Name, number>>,
): OwnVariables<Name> {
  const names = Object.keys(starts) as Name[];
  const make = (name: Name) => tf.tidy(() => tf.variable(tf.fill<tf.Rank.R1>([tasks], starts[name]), false));
  const of = Object.fromEntries(names.map(name => [name, make(name)])) as Record<
    Name,
    tf.Variable<tf.Rank.R1>
  >;
  return {
    of,
    list: names.map(name => ({ name: `${strategy}/${name}`, variable: of[name] })),
    assign(values) {
      names.forEach((name, i) => {
        const value = values[i];
        if (value) of[name].assign(tf.reshape<tf.Rank.R1>(value, [tasks]));
      });
    },
    dispose() {
      for (const name of names) of[name].dispose();
    },
  };
}

/** Takes `one` where the mask is 1 and `other` where it is 0. */
export const choose = (mask: tf.Tensor1D, one: tf.Tensor1D, other: tf.Tensor1D): tf.Tensor1D =>
  tf.where(tf.greater(mask, 0.5), one, other);

/** Mean over the tasks whose mask is 1; 0 where there is none. */
export const meanWhere = (mask: tf.Tensor1D, values: tf.Tensor1D): tf.Scalar =>
  tf.div(tf.sum<tf.Scalar>(choose(mask, values, tf.zerosLike(values))), tf.maximum(tf.sum(mask), 1));
