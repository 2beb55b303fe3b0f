/**
 * @file Computes the gradients of one step, in one of three ways.
 *
 * - total: one backward pass of the total loss (eq. 1). It is enough if the strategy does not need the tasks' gradients.
 * - features: first a backward pass through each branch, which gives g_i = ∂L_i/∂Z and the gradient of the branch. Then the
 *   strategy chooses the weights. Then one backward pass takes Σ w_i·g_i through the trunk.
 * - parameters: a whole forward and backward pass for each task.
 */
import { option } from '../../config/options';
import type { Model } from '../../model/model';
import { constant, onOwnTape } from '../../ops/tape';
import { weightedSum } from '../../ops/weightedSum';
import * as tf from '../../tf/tf';
import type { StepLosses, Weighed } from '../../weighting/weighting';
import type { StepInputs } from './stepInputs';
import { type Remembered, taskLoss, trainingPass } from './taskForward';

export interface Gathered {
  weighed: Weighed;
  /** The input of the strategy. */
  seen: StepLosses;
  /** The gradients of the total by variable name, for the network's parameters and for the strategy's `trainedByTotal`. */
  gradients: Readonly<Record<string, tf.Tensor>>;
  /** The Gram matrix of the tasks' gradients, `[tasks, tasks]`, or null if neither the strategy nor the report needs it. */
  gram: tf.Tensor2D | null;
}

interface Step {
  model: Model;
  images: tf.Tensor4D;
  inputs: StepInputs;
  remembered: Remembered;
}

const flatten = (trunk: tf.Tensor4D) => tf.reshape<tf.Rank.R2>(trunk, [trunk.shape[0], -1]);

const parametersUnder = ({ network }: Model, ...rooms: readonly string[]): tf.Variable[] =>
  network.parameters
    .filter(({ name }) => rooms.some(room => name.startsWith(`${room}/`)))
    .map(({ variable }) => variable);
const ownParameters = (model: Model, task: number) =>
  parametersUnder(model, `branch${task + 1}`, `head${task + 1}`);

/** Runs the strategy on the results of the forward pass. The tensors that it makes are kept until the step ends. */
function weigh({ model, inputs, remembered }: Step, z: tf.Tensor2D, gram?: tf.Tensor2D) {
  const { losses, keep } = remembered;
  const { present, live } = inputs;
  const before = model.lastLosses?.before;
  const seen: StepLosses = { losses, present, z, live, ...(gram && { gram }), ...(before && { before }) };
  const weighed = model.weighting.weigh(seen);
  for (const tensor of [weighed.weights, ...Object.values(weighed.report ?? {}), ...weighed.kept])
    keep(tensor);
  return { seen, weighed };
}

/**
 * The Gram matrix M_ij = g_i · g_j, `[tasks, tasks]`.
 * @param gradients for each task its gradient, as one tensor or as several.
 */
export function gramOf(gradients: readonly (readonly tf.Tensor[])[]): tf.Tensor2D {
  const products = new Map<string, tf.Scalar>();
  const product = (i: number, j: number): tf.Scalar => {
    const key = `${Math.min(i, j)} ${Math.max(i, j)}`;
    const parts = () =>
      (gradients[i] ?? []).map((part, p) => tf.sum<tf.Scalar>(tf.mul(part, gradients[j]?.[p] ?? part)));
    const known = products.get(key) ?? (tf.addN(parts()) as tf.Scalar);
    products.set(key, known);
    return known;
  };
  const count = gradients.length;
  const all = gradients.flatMap((_, i) => gradients.map((_, j) => product(i, j)));
  return tf.reshape<tf.Rank.R2>(tf.stack(all), [count, count]);
}

/** The gradient of one task's loss with respect to the trunk's output and to the task's own parameters. */
function atFeatures(step: Step, task: number, trunk: tf.Tensor4D, remembered: Remembered | null) {
  const { model, inputs } = step;
  const own = ownParameters(model, task);
  const pass = trainingPass(model, inputs, remembered);
  const { grads } = onOwnTape(() =>
    tf.engine().gradients(() => taskLoss(model, inputs, task, trunk, pass, remembered), [trunk, ...own]),
  );
  const [byTrunk, ...byOwn] = grads as [tf.Tensor4D, ...tf.Tensor[]];
  return { byTrunk, byOwn: own.map((variable, i) => [variable.name, byOwn[i] as tf.Tensor] as const) };
}

/** The gradients are summed over the batch first, as LibMTL does. */
const gramAtFeatures = (byTrunk: readonly tf.Tensor4D[]) =>
  gramOf(byTrunk.map(gradient => [tf.sum(gradient, 0)]));

/** One backward pass of the total. */
function byTotal(step: Step): Gathered {
  const { model, images, inputs, remembered } = step;
  const { network, weighting, tasks } = model;
  const variables = [...network.parameters.map(({ variable }) => variable), ...weighting.trainedByTotal];
  let made: Pick<Gathered, 'weighed' | 'seen'> | undefined;
  let gram: tf.Tensor2D | null = null;
  const { value, grads } = tf.variableGrads(() => {
    const pass = trainingPass(model, inputs, remembered);
    const trunk = network.trunk(images, pass);
    const z = remembered.keep(flatten(trunk));
    const losses = tasks.map((_, task) => taskLoss(model, inputs, task, trunk, pass, remembered));
    // This happens on a tape of its own, so the step gives the same bits with and without this option.
    if (option(model.config, 'reportGradients'))
      gram = remembered.keep(
        onOwnTape(() => gramAtFeatures(tasks.map((_, task) => atFeatures(step, task, trunk, null).byTrunk))),
      );
    made = weigh(step, z);
    const total = weightedSum(losses, made.weighed.weights, weighting.weightsMove);
    return made.weighed.extra ? tf.add<tf.Scalar>(total, made.weighed.extra) : total;
  }, variables);
  value.dispose();
  if (!made) throw new Error('variableGrads did not run the forward pass');
  return { ...made, gradients: grads, gram };
}

/** The gradients of the branches and heads. An option says whether they are those of L_i or those of w_i·L_i. */
function ownGradients(
  { model: { config } }: Step,
  all: readonly (readonly (readonly [string, tf.Tensor])[])[],
  weights: readonly tf.Tensor[],
) {
  const weighed = config['gradients.weighBranches'] === true;
  return Object.fromEntries(
    all.flatMap((own, task) =>
      own.map(
        ([name, gradient]) =>
          [name, weighed ? tf.mul(gradient, weights[task] as tf.Tensor) : gradient] as const,
      ),
    ),
  );
}

/** The tasks' gradients at Z, then one backward pass of Σ w_i·g_i through the trunk. */
function byFeatures(step: Step): Gathered {
  const { model, images, inputs, remembered } = step;
  const { network, weighting, tasks } = model;
  let made: Gathered | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const trunk = network.trunk(images, trainingPass(model, inputs, remembered));
    const z = remembered.keep(flatten(trunk));
    const byTask = tasks.map((_, task) => atFeatures(step, task, trunk, remembered));
    const gram = remembered.keep(onOwnTape(() => gramAtFeatures(byTask.map(({ byTrunk }) => byTrunk))));
    const { seen, weighed } = weigh(step, z, gram);
    const direction = onOwnTape(() => {
      const weights = tf.unstack(weighed.weights);
      const gradients = ownGradients(
        step,
        byTask.map(({ byOwn }) => byOwn),
        weights,
      );
      for (const gradient of Object.values(gradients)) remembered.keep(gradient);
      made = { seen, weighed, gram, gradients };
      return tf.addN(byTask.map(({ byTrunk }, task) => tf.mul(byTrunk, weights[task] as tf.Tensor)));
    });
    // The gradient of this sum with respect to the trunk's output is the direction itself.
    const surrogate = tf.sum<tf.Scalar>(tf.mul(trunk, constant(direction)));
    return weighed.extra ? tf.add<tf.Scalar>(surrogate, weighed.extra) : surrogate;
  }, [...parametersUnder(model, 'trunk'), ...weighting.trainedByTotal]);
  value.dispose();
  if (!made) throw new Error('variableGrads did not run the forward pass');
  return { ...made, gradients: { ...made.gradients, ...grads } };
}

/**
 * The tasks' gradients with respect to all shared parameters. Each task needs a whole pass. Only the first pass moves the
 * statistics of the batch norms in the trunk, so that they move once per step.
 */
function byParameters(step: Step): Gathered {
  const { model, images, inputs, remembered } = step;
  const { network, weighting, tasks } = model;
  const shared = parametersUnder(model, 'trunk');
  let z: tf.Tensor2D | undefined;
  const byTask = tasks.map((_, task) => {
    const own = ownParameters(model, task);
    const loss = () => {
      const trunk = network.trunk(images, trainingPass(model, inputs, task === 0 ? remembered : null));
      z ??= remembered.keep(flatten(trunk));
      return taskLoss(model, inputs, task, trunk, trainingPass(model, inputs, remembered), remembered);
    };
    const { grads } = tf.engine().gradients(loss, [...shared, ...own]);
    return {
      byShared: grads.slice(0, shared.length),
      byOwn: own.map((variable, i) => [variable.name, grads[shared.length + i] as tf.Tensor] as const),
    };
  });
  if (!z) throw new Error('the trunk did not run');
  const features = z;
  const gram = remembered.keep(gramOf(byTask.map(({ byShared }) => byShared)));
  let made: ReturnType<typeof weigh> | undefined;
  const extra = () => {
    made = weigh(step, features, gram);
    return made.weighed.extra ?? tf.scalar(0);
  };
  const trained = [...weighting.trainedByTotal];
  const byExtra = trained.length > 0 ? tf.variableGrads(extra, trained).grads : {};
  if (trained.length === 0) extra();
  if (!made) throw new Error('the strategy did not run');
  const weights = tf.unstack(made.weighed.weights);
  const trunk = shared.map(
    (variable, p) =>
      [
        variable.name,
        tf.addN(
          byTask.map(({ byShared }, task) => tf.mul(byShared[p] as tf.Tensor, weights[task] as tf.Tensor)),
        ),
      ] as const,
  );
  const own = ownGradients(
    step,
    byTask.map(({ byOwn }) => byOwn),
    weights,
  );
  return { ...made, gram, gradients: { ...Object.fromEntries(trunk), ...own, ...byExtra } };
}

/** Runs the forward and the backward pass. The enclosing tidy frees every tensor that `remembered` does not keep. */
export function gather(step: Step): Gathered {
  const { gathers } = step.model;
  switch (gathers) {
    case 'total':
      return byTotal(step);
    case 'features':
      return byFeatures(step);
    case 'parameters':
      return byParameters(step);
    default:
      return gathers satisfies never;
  }
}
