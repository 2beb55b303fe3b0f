/**
 * @file Starts a network from trained weights (METHOD section 5). Each branch starts from the branch of the same task, or
 * all branches from the one branch that was pretrained.
 */
import type { FileTensor } from '../formats/tensorFile';
import type { Network } from '../nets/network';
import { AppError } from '../protocol/errors';
import type { Task } from '../tasks/task';
import * as tf from '../tf/tf';

export interface TransferSource {
  tensors: ReadonlyMap<string, FileTensor>;
  /** The source's tasks, in the order of its branches. */
  tasks: readonly Task[];
  /**
   * The only task that the source trained, counted from 0, or `null` if it trained all of them. The other branches are not
   * trained, so they are not worth copying.
   */
  trainedTask: number | null;
  /** Whether the heads of the source have the same classes, so that they can be copied too. */
  sameHeads: boolean;
}

const shapeText = (shape: readonly number[]) => `[${shape.join(', ')}]`;

/**
 * The branch of the source that a task starts from. If the source trained only one task, it is the branch of that task.
 * Otherwise it is the branch of the same task, or else of a task with the same label column, or else of a task with an
 * embedding.
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
 * Copies the trunk and the branches into a new network, and also the heads if they have the same classes. Nothing is written
 * unless everything fits.
 * @param tasks the tasks of the new network, in the order of its branches.
 * @throws AppError `weights/missing` or `weights/shape`. The message names the tensor and the shapes.
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
        `"${wanted}" has the shape ${shapeText(tensor.shape)}, but this network needs ${shapeText(variable.shape)}. Start with the preset the weights were trained with.`,
      );
    }
    writes.push(() => tf.tidy(() => variable.assign(tf.tensor(tensor.values, variable.shape, 'float32'))));
  }
  for (const write of writes) write();
}
