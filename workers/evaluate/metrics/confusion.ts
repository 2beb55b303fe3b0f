/** @file Confusion matrix of each task. */
import type { Metric } from '../metric';
import { predictedClass } from './prediction';

/** By task id: `[true class][predicted class]` = number of samples. Samples with a NaN logit are counted nowhere. */
export const confusion: Metric<Record<string, number[][]>> = {
  label: 'Confusion matrix',
  needs: ['labels'],
  compute: ({ tasks }) =>
    Object.fromEntries(
      tasks.map(({ id, classes, logits, labels }) => {
        const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
        for (const [row, label] of labels.entries()) {
          const counts = matrix[label];
          const predicted = predictedClass(logits, row, classes);
          if (counts && predicted >= 0) counts[predicted] = (counts[predicted] ?? 0) + 1;
        }
        return [id, matrix];
      }),
    ),
};
