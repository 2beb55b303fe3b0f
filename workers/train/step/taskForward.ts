/** @file Computes the loss of one task from the output of the trunk, and keeps what the rest of the step needs. */
import { option } from '../../config/options';
import type { Model } from '../../model/model';
import { withCenterLoss } from '../../ops/centerLoss';
import { dropout } from '../../ops/dropout';
import { l2Normalize } from '../../ops/l2Normalize';
import { LOSSES } from '../../ops/losses';
import type { Pass } from '../../ops/pass';
import type * as tf from '../../tf/tf';
import type { StepInputs } from './stepInputs';

/** What the step keeps of its forward pass. The step disposes all kept tensors. */
export interface Remembered {
  /** The losses in task order. */
  losses: tf.Scalar[];
  accuracies: tf.Scalar[];
  /** L2-normalised embeddings by the number of the task. Only tasks with centers have one, and it moves these centers. */
  embeddings: Map<number, tf.Tensor2D>;
  /** The mean and the variance of the batch, by the name of the moving statistic that they move. */
  moments: Map<string, tf.Tensor>;
  keep<T extends tf.Tensor>(tensor: T): T;
}

const of = <T>(list: readonly T[], task: number) => list[task] as T;

/**
 * The settings of a forward pass in training.
 * @param remembered takes the moments of the batch. With null the moving statistics stay as they are, because another pass
 * moves them.
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
 * @param remembered takes the loss, the accuracy of the batch and the embedding. With null they are not kept.
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
  const lossOf = LOSSES[of(tasks, task).loss];
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
