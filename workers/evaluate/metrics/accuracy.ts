/** @file Share of the labelled samples whose largest logit is their class, task by task. */
import type { Metric } from '../metric';
import { predictedClass } from './prediction';

/** By task id, 0–1; `null` where no sample has a label of the task. */
export const accuracy: Metric<Record<string, number | null>> = {
  label: 'Accuracy',
  needs: ['labels'],
  compute: ({ tasks }) =>
    Object.fromEntries(
      tasks.map(({ id, classes, logits, labels }) => {
        let labelled = 0;
        let right = 0;
        for (const [row, label] of labels.entries()) {
          if (label < 0) continue;
          labelled++;
          if (predictedClass(logits, row, classes) === label) right++;
        }
        return [id, labelled > 0 ? right / labelled : null];
      }),
    ),
};
