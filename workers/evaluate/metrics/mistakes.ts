/**
 * @file The held-out samples for which a task gives a wrong answer and is most sure of it. They may have a wrong label,
 * or be hard.
 */
import type { Metric, TaskPredictions } from '../metric';
import { predictedClass } from './prediction';

/** How many samples of each task are shown. */
const shown = 5;

/** The softmax of one row at class `c`, from 0 to 1. */
function confidence(logits: Float32Array, row: number, classes: number, c: number): number {
  const values = logits.subarray(row * classes, (row + 1) * classes);
  const top = Math.max(...values);
  const sum = values.reduce((total, value) => total + Math.exp(value - top), 0);
  return Math.exp((values[c] ?? Number.NaN) - top) / sum;
}

function wrongOnes({ classNames, logits, labels }: TaskPredictions, paths: readonly string[]) {
  const classes = classNames.length;
  return [...labels.entries()]
    .flatMap(([row, label]) => {
      const predicted = predictedClass(logits, row, classes);
      if (label < 0 || predicted < 0 || predicted === label) return [];
      return { row, label, predicted, sure: confidence(logits, row, classes, predicted) };
    })
    .sort((a, b) => b.sure - a.sure || a.row - b.row)
    .slice(0, shown)
    .map(({ row, label, predicted, sure }) => ({
      path: paths[row] ?? '',
      note: `${classNames[label]} taken for ${classNames[predicted]}, ${Math.round(100 * sure)} % sure`,
    }));
}

export const mistakes: Metric = {
  needs: ['labels'],
  compute({ tasks, paths }) {
    const groups = tasks
      .map(task => ({ label: task.label, samples: wrongOnes(task, paths) }))
      .filter(({ samples }) => samples.length > 0);
    return {
      kind: 'samples',
      label: 'Surest mistakes',
      about: `The ${shown} held-out images of each task that it got wrong and was most sure of.`,
      why: groups.length > 0 ? null : 'No held-out image was put in a wrong class.',
      groups,
    };
  },
};
