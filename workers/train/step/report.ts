/**
 * @file What one step tells: a vector of numbers on the device, laid out as its run's columns say. A new column costs a
 * quantity here and nothing elsewhere.
 */
import * as tf from '@tensorflow/tfjs';
import type { Model } from '../../model/model';
import { type Column, positionsOf, runColumn, taskColumns } from '../../protocol/columns';
import { AppError } from '../../protocol/link';
import type { TaskDescription } from '../../protocol/systems';

/** Columns that every step reports. Loss and accuracy are gaps (NaN) where the batch has no sample of the task. */
export const stepColumns = (tasks: readonly TaskDescription[]): Column[] => [
  ...taskColumns('loss', 'Loss', tasks),
  ...taskColumns('weight', 'Weight', tasks),
  ...taskColumns('accuracy', 'Batch accuracy', tasks),
  runColumn('gradientNorm', 'Norm of the gradient of Θ, before the clip'),
  runColumn(
    'shortestSquare',
    'Squared length of the shortest row that the weight unit divided by its length',
  ),
];

/** The columns of a model's step. */
export const reportColumns = ({ tasks }: Pick<Model, 'tasks'>): readonly Column[] => stepColumns(tasks);

/** Quantities that mean nothing for a task that the batch has no sample of. */
const needSamples = ['loss', 'accuracy'];

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
  columns: readonly Column[],
  numbers: ArrayLike<number>,
  counts: readonly number[],
): StepReport {
  const values = Array.from(numbers);
  const present = counts.map(count => count > 0);
  for (const quantity of needSamples)
    positionsOf(columns, quantity).forEach((at, task) => {
      if (!present[task]) values[at] = Number.NaN;
    });
  return { columns, values, present };
}
