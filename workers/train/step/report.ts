/**
 * @file What one step tells: a vector of numbers on the device, laid out as its run's columns say. A new column costs a
 * quantity here and nothing elsewhere.
 */
import * as tf from '@tensorflow/tfjs';
import { option } from '../../config/options';
import type { Model } from '../../model/model';
import { type Column, pairColumns, positionsOf, runColumn, taskColumns } from '../../protocol/columns';
import { AppError } from '../../protocol/errors';
import type { TaskDescription } from '../../protocol/systems';

/** Columns that every step reports. Loss and accuracy are gaps (NaN) where the batch has no sample of the task. */
const stepColumns = (tasks: readonly TaskDescription[]): Column[] => [
  ...taskColumns('loss', 'Loss', tasks),
  ...taskColumns('weight', 'Weight', tasks),
  ...taskColumns('accuracy', 'Batch accuracy', tasks),
  runColumn('gradientNorm', 'Norm of the gradient of Θ, before the clip'),
];

/** With the option `reportGradients`: how hard each task pulls on the shared features, and how much two pull together. */
const gradientColumns = (tasks: readonly TaskDescription[]): Column[] => [
  ...taskColumns('taskGradientNorm', 'Norm of the task’s gradient', tasks),
  ...pairColumns('gradientCosine', 'Cosine of the gradients', tasks),
];

/** The columns of a model's step. */
export const reportColumns = ({
  tasks,
  weighting,
  config,
}: Pick<Model, 'tasks' | 'weighting' | 'config'>): readonly Column[] => [
  ...stepColumns(tasks),
  ...(weighting.columns ?? []),
  ...(option(config, 'reportGradients') ? gradientColumns(tasks) : []),
];

/** Quantities that mean nothing for a task that the batch has no sample of. */
const needSamples = new Set(['loss', 'accuracy', 'taskGradientNorm', 'gradientCosine']);

/** Numbers of `gradientColumns` from the tasks' Gram matrix, where they are reported. */
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

/** Tensors by quantity: scalars or vectors, whose numbers are those of the quantity's columns in order. */
export type ReportParts = ReadonlyMap<string, readonly tf.Tensor[]>;

/**
 * The report as one tensor `[columns]`. Not read back yet; the enclosing tidy's or the caller's.
 * @throws AppError `step/report` when the parts are not what the columns say.
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

/** One step's numbers on the CPU. */
export interface StepReport {
  columns: readonly Column[];
  /** Parallel to `columns`. */
  values: readonly number[];
  /** Per task: whether the batch had a sample of it. */
  present: readonly boolean[];
}

/** The numbers of one quantity, in task order. */
export const numbersOf = (
  { columns, values }: Pick<StepReport, 'columns' | 'values'>,
  quantity: string,
): number[] => positionsOf(columns, quantity).map(at => values[at] ?? Number.NaN);

/**
 * Names the numbers that were read back.
 * @param counts per task: samples of the batch.
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
