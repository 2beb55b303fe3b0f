/**
 * @file The numbers that one step reports. They are one vector on the device, in the order of the run's columns. To add a
 * column, add a quantity here. Nothing else has to change.
 */
import { option } from '../../config/options';
import type { Model } from '../../model/model';
import { type Column, pairColumns, positionsOf, runColumn, taskColumns } from '../../protocol/columns';
import { AppError } from '../../protocol/errors';
import type { TaskDescription } from '../../protocol/systems';
import * as tf from '../../tf/tf';

/** The columns that every step reports. Loss, weight and accuracy are NaN where the batch has no sample of the task. */
const stepColumns = (tasks: readonly TaskDescription[]): Column[] => [
  ...taskColumns('loss', 'Loss', tasks),
  ...taskColumns('weight', 'Weight', tasks),
  ...taskColumns('accuracy', 'Batch accuracy', tasks),
  runColumn('gradientNorm', 'Norm of the gradient of Θ, before the clip'),
];

/**
 * The columns of the option `reportGradients`: the norm of each task's gradient at the shared features, and the cosine of
 * the angle between the gradients of two tasks.
 */
const gradientColumns = (tasks: readonly TaskDescription[]): Column[] => [
  ...taskColumns('taskGradientNorm', 'Norm of the task’s gradient', tasks),
  ...pairColumns('gradientCosine', 'Cosine of the gradients', tasks),
];

/** The columns that a step of this model reports. */
export const reportColumns = ({
  tasks,
  weighting,
  config,
}: Pick<Model, 'tasks' | 'weighting' | 'config'>): readonly Column[] => [
  ...stepColumns(tasks),
  ...(weighting.columns ?? []),
  ...(option(config, 'reportGradients') ? gradientColumns(tasks) : []),
];

/** These quantities have no meaning for a task if the batch has no sample of it. */
const needSamples = new Set(['loss', 'weight', 'accuracy', 'taskGradientNorm', 'gradientCosine']);

/**
 * The numbers of `gradientColumns`, computed from the tasks' Gram matrix. The list is empty if they are not reported.
 * @param gram `[tasks, tasks]`.
 */
export function gradientParts(
  { tasks, config }: Pick<Model, 'tasks' | 'config'>,
  gram: tf.Tensor2D | null,
): (readonly [string, readonly tf.Tensor[]])[] {
  if (!gram || !option(config, 'reportGradients')) return [];
  const count = tasks.length;
  const norms = tf.sqrt<tf.Tensor1D>(tf.sum(tf.mul(gram, tf.eye(count)), 1));
  const products = tf.mul(tf.reshape(norms, [count, 1]), tf.reshape(norms, [1, count]));
  const cosines = tf.reshape(tf.divNoNan(gram, products), [-1]);
  const pairs = tasks.flatMap((_, i) => tasks.slice(i + 1).map((_, j) => i * count + i + 1 + j));
  return [
    ['taskGradientNorm', [norms]],
    ['gradientCosine', pairs.map(at => tf.slice(cosines, at, 1))],
  ];
}

/** Tensors by quantity. They are scalars or vectors, and their numbers are in the order of the quantity's columns. */
export type ReportParts = ReadonlyMap<string, readonly tf.Tensor[]>;

/**
 * The report as one tensor, `[columns]`. It is not read back yet. The enclosing tidy or the caller disposes it.
 * @throws AppError `step/report` when a quantity has more or fewer numbers than columns.
 */
export function layOut(columns: readonly Column[], parts: ReportParts): tf.Tensor1D {
  const quantities = [...new Set(columns.map(({ quantity }) => quantity))];
  const tensors = quantities.flatMap(quantity => {
    const found = parts.get(quantity) ?? [];
    const [wanted, got] = [
      positionsOf(columns, quantity).length,
      found.reduce((sum, { size }) => sum + size, 0),
    ];
    if (wanted !== got)
      throw new AppError(
        'step/report',
        `The step reports ${got} numbers as "${quantity}"; its columns want ${wanted}.`,
      );
    return found;
  });
  return tf.concat1d(tensors.map(tensor => tf.reshape<tf.Rank.R1>(tensor, [-1])));
}

/** The numbers of one step on the CPU. */
export interface StepReport {
  columns: readonly Column[];
  /** One number for each column. */
  values: readonly number[];
  /** For each task, whether the batch had a sample of it. */
  present: readonly boolean[];
}

/** The numbers of one quantity, in task order. */
export const numbersOf = (
  { columns, values }: Pick<StepReport, 'columns' | 'values'>,
  quantity: string,
): number[] => positionsOf(columns, quantity).map(at => values[at] ?? Number.NaN);

/**
 * Makes a report of the numbers that were read back.
 * @param numbers `[columns]`.
 * @param counts for each task, how many samples of it the batch has.
 */
export function nameNumbers(
  model: Pick<Model, 'tasks' | 'weighting' | 'config'>,
  numbers: ArrayLike<number>,
  counts: readonly number[],
): StepReport {
  const columns = reportColumns(model);
  const present = counts.map(count => count > 0);
  const absent = new Set(model.tasks.filter((_, task) => !present[task]).map(({ id }) => id));
  const isGap = ({ quantity, tasks }: Column) =>
    needSamples.has(quantity) && tasks.some(id => absent.has(id));
  const values = columns.map((column, i) => (isGap(column) ? Number.NaN : (numbers[i] ?? Number.NaN)));
  return { columns, values, present };
}
