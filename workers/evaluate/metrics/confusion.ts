/** @file The confusion matrix of each task: how many samples of each true class were put in each class. */
import type { Metric, TaskPredictions } from '../metric';
import { predictedClass } from './prediction';

/** The cells that are not 0. Samples with a NaN among their logits are not counted. */
function cellsOf({ classNames, logits, labels }: TaskPredictions): [number, number, number][] {
  const classes = classNames.length;
  const counts = new Uint32Array(classes * classes);
  for (const [row, label] of labels.entries()) {
    const predicted = predictedClass(logits, row, classes);
    const cell = label * classes + predicted;
    if (label >= 0 && predicted >= 0) counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return [...counts.entries()]
    .filter(([, count]) => count > 0)
    .map(([cell, count]) => [Math.floor(cell / classes), cell % classes, count]);
}

export const confusion: Metric = {
  needs: ['labels'],
  compute({ tasks }) {
    const seen = tasks.filter(({ labels }) => labels.some(label => label >= 0));
    return {
      kind: 'matrix',
      label: 'Confusion matrix',
      about:
        'How many held-out images of each true class were put in each class. Right answers are on the diagonal.',
      why: seen.length > 0 ? null : 'No held-out image has a label of any task.',
      row: 'True class',
      column: 'Predicted class',
      matrices: seen.map(task => ({
        label: task.label,
        rows: [...task.classNames],
        columns: [...task.classNames],
        cells: cellsOf(task),
      })),
    };
  },
};
