/**
 * @file One training step on one batch (METHOD sections 2–5). After one forward pass, Θ moves by the gradient of the weighted
 * sum of the task losses (eq. 1, 11), and Ψ moves by the gradient of its own loss (eq. 7, 12). All that differs between two
 * steps comes in as tensors, so that the step can be recorded once and replayed.
 */
import { option } from '../../config/options';
import type { Model } from '../../model/model';
import { inPrecisionOf } from '../../model/precision';
import { standardise } from '../../ops/standardise';
import type { Batch } from '../../samples/batches';
import * as tf from '../../tf/tf';
import { gather } from './forward';
import { gradientParts, layOut, reportColumns } from './report';
import { arrange, inputTensors, inputValues, type StepInputs } from './stepInputs';
import type { Remembered } from './taskForward';

/**
 * Runs the step on standardised images. It moves Θ, Ψ, the centers and the batch-norm statistics.
 * @param images `[batch, size, size, 3]`.
 * @returns the numbers of the model's columns, `[columns]`, not read back yet. Loss and accuracy are 0 where the batch has no
 * sample of the task. The caller disposes the tensor.
 */
export function stepOnImages(model: Model, images: tf.Tensor4D, inputs: StepInputs): tf.Tensor1D {
  return inPrecisionOf(model, () => stepInForce(model, images, inputs));
}

/** Runs the step in the precision that is set. */
function stepInForce(model: Model, images: tf.Tensor4D, inputs: StepInputs): tf.Tensor1D {
  const kept: tf.Tensor[] = [];
  const remembered: Remembered = {
    losses: [],
    accuracies: [],
    embeddings: new Map(),
    moments: new Map(),
    keep: tensor => {
      kept.push(tf.keep(tensor));
      return tensor;
    },
  };
  try {
    return tf.tidy(() => moveAndReport({ model, images, inputs, remembered }));
  } finally {
    tf.dispose(kept);
  }
}

function moveAndReport(step: Parameters<typeof gather>[0]): tf.Tensor1D {
  const { model, inputs, remembered } = step;
  const { network, weighting, optimizer, centers, statistics, lastLosses, config } = model;
  const { weighed, seen, gradients, gram } = gather(step);
  const gradient = (variable: tf.Variable) => gradients[variable.name] ?? tf.zerosLike(variable);

  optimizer.apply(
    network.parameters.map(({ variable }) => gradient(variable)),
    inputs.learningRate,
  );
  const moved = weighting.update({
    ...seen,
    kept: weighed.kept,
    gradients: weighting.trainedByTotal.map(gradient),
  });
  lastLosses?.update(remembered.losses, inputs.present);
  for (const [task, embedding] of remembered.embeddings)
    centers[task]?.update(embedding, inputs.labels[task] as tf.Tensor1D, option(config, 'centerRate'));
  statistics.update(remembered.moments, option(config, 'batchNormDecay'));

  return layOut(
    reportColumns(model),
    new Map<string, readonly tf.Tensor[]>([
      ['loss', remembered.losses],
      ['weight', [weighed.weights]],
      ['accuracy', remembered.accuracies],
      ['gradientNorm', [optimizer.gradientNorm]],
      ...Object.entries({ ...weighed.report, ...moved }).map(
        ([quantity, tensor]) => [quantity, [tensor]] as const,
      ),
      ...gradientParts(model, gram),
    ]),
  );
}

/** Runs the step on the bytes of the batch: it standardises the images first. Otherwise it is like `stepOnImages`. */
export function stepOnInputs(model: Model, inputs: StepInputs): tf.Tensor1D {
  const { inputSize } = model.network;
  const batch = inputs.labels[0]?.size ?? 0;
  const images = standardise([batch, inputSize, inputSize, 3], inputs.words, inputs.augment);
  try {
    return stepOnImages(model, images, inputs);
  } finally {
    images.dispose();
  }
}

/**
 * Runs the step on a batch: it makes the input tensors and disposes them afterwards. Otherwise it is like `stepOnImages`.
 * @param step counts from 0.
 */
export function trainStep(model: Model, batch: Batch, step: number): tf.Tensor1D {
  const tensors = inputTensors(inputValues(model, batch, step));
  try {
    return stepOnInputs(model, arrange(tensors, model.tasks.length));
  } finally {
    tf.dispose([...tensors.values()]);
  }
}
