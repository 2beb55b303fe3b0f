/** @file Starting from trained weights: each branch from that of the same task, or all from the one that was pretrained (METHOD 5). */
import * as tf from '@tensorflow/tfjs';
import type { FileTensor } from '../formats/tensorFile';
import type { Network } from '../nets/network';
import { AppError } from '../protocol/errors';
import type { Task } from '../tasks/task';

export interface TransferSource {
  tensors: ReadonlyMap<string, FileTensor>;
  /** The source's tasks, in the order of its branches. */
  tasks: readonly Task[];
  /** The one of them that the source trained, counted from 0: its other branches hold nothing worth copying. `null`: all. */
  trainedTask: number | null;
  /** Same dataset and system: the heads mean the same classes. */
  sameHeads: boolean;
}

const shapeText = (shape: readonly number[]) => `[${shape.join(', ')}]`;

/**
 * The source's branch that a task starts from: of the task that it trained alone, else of the same task, else of one that
 * reads the same label, else of one that embeds.
 */
function branchFor(task: Task, { tasks, trainedTask }: TransferSource): number {
  if (trainedTask !== null) return trainedTask;
  const alike = [
    (other: Task) => other.id === task.id,
    (other: Task) => other.column === task.column,
    (other: Task) => other.embeds,
  ];
  const found = alike.map(is => tasks.findIndex(is)).find(branch => branch >= 0);
  return found ?? 0;
}

/**
 * Copies trunk, branches and (where they mean the same) heads into a fresh network. Nothing is written unless
 * everything fits.
 * @throws AppError `weights/missing` or `weights/shape`, naming the tensor and both shapes.
 */
export function transfer(network: Network, tasks: readonly Task[], source: TransferSource): void {
  const writes: (() => void)[] = [];
  for (const { name, variable } of [...network.parameters, ...network.statistics]) {
    if (name.startsWith('head') && !(source.sameHeads && source.trainedTask === null)) continue;
    const wanted = name.replace(/^branch(\d+)\//, (own, number) => {
      const task = tasks[Number(number) - 1];
      return task ? `branch${branchFor(task, source) + 1}/` : own;
    });
    const tensor = source.tensors.get(wanted);
    if (!tensor)
      throw new AppError(
        'weights/missing',
        `The weights have no tensor "${wanted}". Start with the preset they were trained with.`,
      );
    if (shapeText(tensor.shape) !== shapeText(variable.shape)) {
      throw new AppError(
        'weights/shape',
        `"${wanted}" has the shape ${shapeText(tensor.shape)}, this network wants ${shapeText(variable.shape)}. Start with the preset the weights were trained with.`,
      );
    }
    writes.push(() => tf.tidy(() => variable.assign(tf.tensor(tensor.values, variable.shape, 'float32'))));
  }
  for (const write of writes) write();
}
