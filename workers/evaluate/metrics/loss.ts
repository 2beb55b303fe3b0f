/** @file The held-out loss of each task: the mean cross-entropy over its labelled held-out samples. */
import type { Figure } from '../../protocol/results';
import type { Metric, TaskPredictions } from '../metric';

/** −log softmax(row)[label]. The largest logit is subtracted first, so that no exponential overflows. */
function crossEntropy(row: Float32Array, label: number): number {
  const largest = Math.max(...row);
  const sum = row.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return Math.log(sum) + largest - (row[label] ?? Number.NaN);
}

function figureOf({ classNames: { length: classes }, logits, labels }: TaskPredictions): Figure {
  let sum = 0;
  let labelled = 0;
  for (const [row, label] of labels.entries()) {
    if (label < 0) continue;
    sum += crossEntropy(logits.subarray(row * classes, (row + 1) * classes), label);
    labelled++;
  }
  if (labelled === 0)
    return { value: null, why: 'No held-out image shows a class that this task was trained on.' };
  const mean = sum / labelled;
  return Number.isFinite(mean) ? { value: mean } : { value: null, why: 'Some of its logits are not finite.' };
}

export const loss: Metric = {
  needs: ['labels'],
  compute: ({ tasks }) => ({
    kind: 'perTask',
    label: 'Loss',
    about:
      'The mean cross-entropy of each task on the held-out images. If it rises while the training loss still falls, the task has begun to learn its training images by heart.',
    format: 'number',
    figures: Object.fromEntries(tasks.map(task => [task.id, figureOf(task)])),
  }),
};
