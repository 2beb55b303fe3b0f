/** @file One task's way from the trunk's output to its loss, and what the step remembers of it. */
import type * as tf from '@tensorflow/tfjs';
import { option } from '../../config/options';
import type { Model } from '../../model/model';
import { withCenterLoss } from '../../ops/centerLoss';
import { maskedCrossEntropy } from '../../ops/crossEntropy';
import { dropout } from '../../ops/dropout';
import { l2Normalize } from '../../ops/l2Normalize';
import type { Pass } from '../../ops/pass';
import type { Task } from '../../tasks/task';
import type { StepInputs } from './stepInputs';

/** What the step keeps of its forward pass; all kept tensors are the step's to dispose. */
export interface Remembered {
  /** In task order. */
  losses: tf.Scalar[];
  accuracies: tf.Scalar[];
  /** l2-normalised, by the number of the task that embeds: each moves its own centers. */
  embeddings: Map<number, tf.Tensor2D>;
  /** Batch moments by the name of the statistic that takes them up. */
  moments: Map<string, tf.Tensor>;
  keep<T extends tf.Tensor>(tensor: T): T;
}

/** By the name that a task gives its loss. */
const taskLosses = { crossEntropy: maskedCrossEntropy } satisfies Record<Task['loss'], unknown>;

const of = <T>(list: readonly T[], task: number) => list[task] as T;

/**
 * A training pass.
 * @param remembered hears of the batch moments; null: the moving statistics stay as they are, as another pass moves them.
 */
export function trainingPass({ config }: Model, inputs: StepInputs, remembered: Remembered | null): Pass {
  return {
    training: true,
    batchNormDecay: remembered ? option(config, 'batchNormDecay') : null,
    recompute: option(config, 'recompute'),
    dropout: (site, features) => dropout(features, of(inputs.draws, site)),
    onMoments: (mean, variance, batchMean, batchVariance) => {
      remembered?.moments
        .set(mean.name, remembered.keep(batchMean))
        .set(variance.name, remembered.keep(batchVariance));
    },
  };
}

/**
 * Branch, head and loss of one task (eq. 2–4).
 * @param trunk `[batch, height, width, channels]`.
 * @param remembered takes the loss, the batch's accuracy and the embedding; null: nobody wants them.
 */
export function taskLoss(
  { network, tasks, centers, config }: Model,
  inputs: StepInputs,
  task: number,
  trunk: tf.Tensor4D,
  pass: Pass,
  remembered: Remembered | null,
): tf.Scalar {
  const features = network.branch(task, trunk, pass);
  const [labels, count] = [of(inputs.labels, task), of(inputs.counts, task)];
  const lossOf = taskLosses[of(tasks, task).loss];
  let loss = lossOf(network.head(task, features), labels, count, accuracy => {
    remembered?.accuracies.push(remembered.keep(accuracy));
  });
  const own = centers[task];
  if (own) {
    const embedding = l2Normalize(features);
    remembered?.embeddings.set(task, remembered.keep(embedding));
    const norm = option(config, 'centerNorm');
    loss = withCenterLoss(loss, inputs.centerAlpha, embedding, labels, own.values, count, norm);
  }
  remembered?.losses.push(remembered.keep(loss));
  return loss;
}
