/**
 * @file One training step on one batch (METHOD sections 2–5): a forward pass, then Θ by the weighted sum of the task
 * losses (eq. 1, 11) and Ψ by its own loss (eq. 7, 12), both on the same forward values.
 */
import * as tf from '@tensorflow/tfjs';
import { byBackend, FUSED } from '../gpu/fusedNames';
import { fusedDropoutMask } from '../gpu/fusedOps';
import type { Pass } from '../nets/network';
import { hash, uniform } from '../random';
import type { Batch } from './batches';
import { learningRateAt } from './learningRate';
import { batchAccuracy, centerLoss, l2Normalize, maskedCrossEntropy } from './losses';
import type { Model } from './model';
import { option } from './options';

const drawMask = byBackend(
  FUSED.dropoutMask,
  fusedDropoutMask,
  (shape: [number, number], drop: number, key: number) => {
    const scale = 1 / (1 - drop);
    const mask = Float32Array.from({ length: shape[0] * shape[1] }, (_, i) =>
      uniform(key, i) < drop ? 0 : scale,
    );
    return tf.tensor2d(mask, shape);
  },
);

/** Keep mask over keep rate, `[batch, features]`, from a hash of (seed, step, site): the same for compared runs. */
export function dropoutMask(
  shape: [number, number],
  drop: number,
  seed: number,
  step: number,
  site: number,
): tf.Tensor2D {
  return drawMask(shape, drop, hash(seed, 'dropout', step, site));
}

/**
 * Runs the step and moves Θ, Ψ, centers and batch-norm statistics.
 * @param step counts from 0.
 * @returns `[3 · tasks + 2]`: losses, weights, batch accuracies (NaN where the batch has no labelled sample), the norm
 * of Θ's gradient, and what `Weighting.shortest` measures. Not read back yet; the caller disposes it.
 */
export function trainStep(model: Model, batch: Batch, step: number): tf.Tensor1D {
  const { network, weighting, optimizer, centers, statistics, tasks, config } = model;
  const seed = option(config, 'seed');
  const drop = option(config, 'dropout');
  const present = batch.counts.map(count => count > 0);
  const moments = new Map<string, tf.Tensor>();
  const kept: tf.Tensor[] = [];
  const keep = <T extends tf.Tensor>(tensor: T): T => {
    kept.push(tf.keep(tensor));
    return tensor;
  };

  const metrics = tf.tidy(() => {
    const { inputSize } = network;
    const x = tf.tensor4d(batch.images, [batch.size, inputSize, inputSize, 3]);
    const labels = batch.labels.map(column => tf.tensor1d(column, 'int32'));
    const pass: Pass = {
      training: true,
      dropout: (site, shape) => dropoutMask(shape, drop, seed, step, site),
      onMoments: (mean, variance, batchMean, batchVariance) => {
        moments.set(mean.name, keep(batchMean)).set(variance.name, keep(batchVariance));
      },
    };
    const losses: tf.Scalar[] = [];
    const logits: tf.Tensor2D[] = [];
    let z: tf.Tensor2D | undefined;
    let weights: tf.Tensor1D | undefined;
    let embedding: tf.Tensor2D | undefined;

    const parameters = network.parameters.map(parameter => parameter.variable);
    const variables = [...parameters, ...weighting.trainedByTotal];
    const { value, grads } = tf.variableGrads(() => {
      const trunk = network.trunk(x, pass);
      z = keep(trunk.reshape([batch.size, -1]) as tf.Tensor2D);
      tasks.forEach((task, t) => {
        const features = network.branch(t, trunk, pass);
        const output = keep(network.head(t, features));
        const count = batch.counts[t] ?? 0;
        const taskLabels = labels[t] as tf.Tensor1D;
        let loss = count > 0 ? maskedCrossEntropy(output, taskLabels, count) : tf.scalar(0);
        if (task.centerLoss && centers && count > 0) {
          embedding = keep(l2Normalize(features));
          const pull = centerLoss(embedding, taskLabels, centers.values, count);
          loss = loss.add(pull.mul(option(config, 'centerAlpha'))) as tf.Scalar;
        }
        logits.push(output);
        losses.push(keep(loss));
      });
      const combined = weighting.combine({ step, losses, present, z });
      weights = keep(combined.weights);
      return combined.total;
    }, variables);
    value.dispose();
    if (!z || !weights) throw new Error('variableGrads did not run the forward pass');

    const gradient = (variable: tf.Variable) => grads[variable.name] ?? tf.zerosLike(variable);
    const learningRate = learningRateAt(config, step);
    optimizer.apply(parameters.map(gradient), learningRate);
    weighting.update({
      step,
      losses,
      present,
      z,
      gradients: weighting.trainedByTotal.map(gradient),
      learningRate,
      initialLearningRate: option(config, 'learningRate'),
    });
    if (centers && embedding)
      centers.update(embedding, labels[0] as tf.Tensor1D, option(config, 'centerRate'));
    statistics.update(moments, option(config, 'batchNormDecay'));

    const accuracy = logits.map((output, t) => {
      const count = batch.counts[t] ?? 0;
      return count > 0 ? batchAccuracy(output, labels[t] as tf.Tensor1D, count) : tf.scalar(Number.NaN);
    });
    const health = [optimizer.gradientNorm, weighting.shortest(z)];
    return tf.concat1d([
      tf.stack(losses) as tf.Tensor1D,
      weights,
      tf.stack([...accuracy, ...health]) as tf.Tensor1D,
    ]);
  });
  tf.dispose(kept);
  return metrics;
}
