/** @file The accuracy of each task: the share of its labelled samples whose largest logit is that of the true class. */
import type { Figure } from '../../protocol/results';
import type { Metric, TaskPredictions } from '../metric';
import { predictedClass } from './prediction';

function figureOf({ classNames, logits, labels }: TaskPredictions): Figure {
  const labelled = [...labels.entries()].filter(([, label]) => label >= 0);
  if (labelled.length === 0) {
    return { value: null, why: 'No held-out image shows a class that this task was trained on.' };
  }
  const right = labelled.filter(
    ([row, label]) => predictedClass(logits, row, classNames.length) === label,
  ).length;
  return { value: right / labelled.length };
}

export const accuracy: Metric = {
  needs: ['labels'],
  compute: ({ tasks }) => ({
    kind: 'perTask',
    label: 'Accuracy',
    about: 'The share of the held-out images that a task puts in the right class.',
    format: 'percent',
    headline: true,
    figures: Object.fromEntries(tasks.map(task => [task.id, figureOf(task)])),
  }),
};
