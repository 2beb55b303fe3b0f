/**
 * @file One training step on one batch (METHOD sections 2–5): a forward pass, then Θ by the weighted sum of the task
 * losses (eq. 1, 11) and Ψ by its own loss (eq. 7, 12), both on the same forward values. It reads nothing that differs
 * between steps but its inputs' tensors, so that it can be recorded once and replayed.
 */
import * as tf from '@tensorflow/tfjs';
import { option } from '../../config/options';
import type { Model } from '../../model/model';
import { inPrecisionOf } from '../../model/precision';
import { l2Normalize, maskedCrossEntropy, withCenterLoss } from '../../ops/losses';
import { dropout } from '../../ops/ops';
import type { Pass } from '../../ops/pass';
import { standardise } from '../../ops/standardise';
import type { Batch } from '../../samples/batches';
import type { Combined } from '../../weighting/weighting';
import { layOut, reportColumns } from './report';
import { arrange, inputTensors, inputValues, type StepInputs } from './stepInputs';

/**
 * Runs the step on standardised images and moves Θ, Ψ, centers and batch-norm statistics.
 * @param images `[batch, size, size, 3]`.
 * @returns the model's columns, `[columns]`; loss and accuracy are 0 where the batch has no sample of the task. Not read
 * back yet; the caller disposes it.
 */
export function stepOnImages(model: Model, images: tf.Tensor4D, inputs: StepInputs): tf.Tensor1D {
  return inPrecisionOf(model, () => stepInForce(model, images, inputs));
}

/** In the precision that is in force. */
function stepInForce(model: Model, images: tf.Tensor4D, inputs: StepInputs): tf.Tensor1D {
  const { network, weighting, optimizer, centers, statistics, tasks, config } = model;
  const { labels, counts, present, live } = inputs;
  const moments = new Map<string, tf.Tensor>();
  const kept: tf.Tensor[] = [];
  const keep = <T extends tf.Tensor>(tensor: T): T => {
    kept.push(tf.keep(tensor));
    return tensor;
  };
  const of = <T>(list: readonly T[], task: number) => list[task] as T;

  const metrics = () => {
    const pass: Pass = {
      training: true,
      batchNormDecay: option(config, 'batchNormDecay'),
      recompute: option(config, 'recompute'),
      dropout: (site, features) => dropout(features, of(inputs.draws, site)),
      onMoments: (mean, variance, batchMean, batchVariance) => {
        moments.set(mean.name, keep(batchMean)).set(variance.name, keep(batchVariance));
      },
    };
    const losses: tf.Scalar[] = [];
    const accuracies: tf.Scalar[] = [];
    let z: tf.Tensor2D | undefined;
    let combined: Combined | undefined;
    let embedding: tf.Tensor2D | undefined;

    const parameters = network.parameters.map(parameter => parameter.variable);
    const variables = [...parameters, ...weighting.trainedByTotal];
    const { value, grads } = tf.variableGrads(() => {
      const trunk = network.trunk(images, pass);
      z = keep(trunk.reshape([images.shape[0], -1]) as tf.Tensor2D);
      tasks.forEach((task, t) => {
        const features = network.branch(t, trunk, pass);
        const own = [of(labels, t), of(counts, t)] as const;
        let loss = maskedCrossEntropy(network.head(t, features), ...own, accuracy => {
          accuracies.push(keep(accuracy));
        });
        if (task.centerLoss && centers) {
          embedding = keep(l2Normalize(features));
          const [ownLabels, count] = own;
          loss = withCenterLoss(loss, inputs.centerAlpha, embedding, ownLabels, centers.values, count);
        }
        losses.push(keep(loss));
      });
      combined = weighting.combine({ losses, present, z });
      for (const tensor of [combined.weights, combined.shortest, ...combined.kept]) keep(tensor);
      return combined.total;
    }, variables);
    value.dispose();
    if (!z || !combined) throw new Error('variableGrads did not run the forward pass');

    const gradient = (variable: tf.Variable) => grads[variable.name] ?? tf.zerosLike(variable);
    optimizer.apply(parameters.map(gradient), inputs.learningRate);
    const gradients = weighting.trainedByTotal.map(gradient);
    weighting.update({ losses, present, z, kept: combined.kept, gradients, live });
    if (centers && embedding) centers.update(embedding, of(labels, 0), option(config, 'centerRate'));
    statistics.update(moments, option(config, 'batchNormDecay'));

    return layOut(
      reportColumns(model),
      new Map<string, readonly tf.Tensor[]>([
        ['loss', losses],
        ['weight', [combined.weights]],
        ['accuracy', accuracies],
        ['gradientNorm', [optimizer.gradientNorm]],
        ['shortestSquare', [combined.shortest]],
      ]),
    );
  };
  try {
    return tf.tidy(metrics);
  } finally {
    tf.dispose(kept);
  }
}

/** The same from the batch's bytes. */
export function stepOnInputs(model: Model, inputs: StepInputs): tf.Tensor1D {
  const { inputSize } = model.network;
  const batch = inputs.labels[0]?.size ?? 0;
  const images = standardise([batch, inputSize, inputSize, 3], inputs.words, inputs.mirror);
  try {
    return stepOnImages(model, images, inputs);
  } finally {
    images.dispose();
  }
}

/** The same on inputs made for this step alone. @param step counts from 0. */
export function trainStep(model: Model, batch: Batch, step: number): tf.Tensor1D {
  const tensors = inputTensors(inputValues(model, batch, step));
  try {
    return stepOnInputs(model, arrange(tensors, model.tasks.length));
  } finally {
    tf.dispose([...tensors.values()]);
  }
}
