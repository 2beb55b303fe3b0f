/**
 * @file The networks as a user of tfjs writes them, for the benchmark's stock side. They use plain ops, tfjs's own
 * gradients and optimizers, and none of our kernels. Only the variables come from our network, so both start from the
 * same weights.
 *
 * A plain step does less than ours. It has no weight unit, no center loss, no decay, no clip and no moving statistics.
 */
import { settlePadding } from '../nets/layers';
import type { Network } from '../nets/network';
import { batchNormEpsilon } from '../ops/batchNormRelu';
import type { Padding } from '../ops/convBatchNormRelu';
import { AppError } from '../protocol/errors';
import * as tf from '../tf/tf';

type Map4 = tf.Tensor4D;

/** Returns the logits of every task, in training. @param dropout is the share of the bottleneck that is dropped. */
function plainLogits(network: Network, tasks: number, images: Map4, dropout: number): tf.Tensor2D[] {
  const variables = new Map(network.parameters.map(({ name, variable }) => [name, variable]));
  const get = <T extends tf.Tensor>(name: string): T => {
    const variable = variables.get(name);
    if (!variable) throw new AppError('bench/network', `The plain network knows no parameter "${name}".`);
    return variable as tf.Tensor as T;
  };

  const conv = (x: Map4, scope: string, stride = 1, padding: Padding = 'same'): Map4 => {
    const kernel = get<Map4>(`${scope}/kernel`);
    const [height, width, , channels] = kernel.shape;
    const pad = settlePadding(padding, Math.min(x.shape[1], x.shape[2]), Math.max(height, width));
    const y = tf.conv2d(x, kernel, stride, pad);
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    const ones = tf.ones<tf.Rank.R1>([channels]);
    const beta = get<tf.Tensor1D>(`${scope}/beta`);
    return tf.relu(
      tf.batchNorm4d(y, mean as tf.Tensor1D, variance as tf.Tensor1D, beta, ones, batchNormEpsilon),
    );
  };
  const chain = (x: Map4, scope: string, count: number): Map4 =>
    Array.from({ length: count }, (_, i) => `${scope}/conv${i + 1}`).reduce((y, name) => conv(y, name), x);
  const pool = (x: Map4): Map4 =>
    tf.maxPool(x, 3, 2, settlePadding('valid', Math.min(x.shape[1], x.shape[2]), 3));
  const residual = (x: Map4, scope: string, lengths: readonly number[], scale: number, relu = true): Map4 => {
    const mixed = tf.concat(
      lengths.map((count, i) => chain(x, `${scope}/b${i}`, count)),
      3,
    );
    const up = tf.add(tf.conv2d(mixed, get<Map4>(`${scope}/up/kernel`), 1, 'same'), get(`${scope}/up/bias`));
    const sum = tf.add<Map4>(x, tf.mul(up, scale));
    return relu ? tf.relu(sum) : sum;
  };
  /** Returns `block35` if there is one, else `block35a`, `block35b`, … */
  const blocks = (prefix: string): string[] => [
    ...new Set(
      [...variables.keys()]
        .filter(name => name.startsWith(prefix))
        .map(name => name.split('/').slice(0, 2).join('/')),
    ),
  ];

  const inceptionTrunk = (images: Map4): Map4 => {
    let x = conv(images, 'trunk/stem1', 2, 'valid');
    x = conv(conv(x, 'trunk/stem2', 1, 'valid'), 'trunk/stem3');
    x = conv(pool(x), 'trunk/stem4', 1, 'valid');
    x = conv(conv(x, 'trunk/stem5', 1, 'valid'), 'trunk/stem6', 2, 'valid');
    for (const scope of blocks('trunk/block35')) x = residual(x, scope, [1, 2, 3], 0.17);
    const reduceA = conv(chain(x, 'trunk/reductionA/b1', 2), 'trunk/reductionA/b1/conv3', 2, 'valid');
    x = tf.concat([conv(x, 'trunk/reductionA/b0/conv1', 2, 'valid'), reduceA, pool(x)], 3);
    for (const scope of blocks('trunk/block17')) x = residual(x, scope, [1, 3], 0.1);
    const reduceB = [1, 1, 2].map((count, i) => {
      const scope = `trunk/reductionB/b${i}`;
      return conv(chain(x, scope, count), `${scope}/conv${count + 1}`, 2, 'valid');
    });
    return tf.concat([...reduceB, pool(x)], 3);
  };
  const inceptionBranch = (z: Map4, branch: string): Map4 => {
    const scopes = blocks(`${branch}/block8`);
    return scopes.reduce((x, scope, i) => {
      const last = i === scopes.length - 1;
      return residual(x, scope, [1, 3], last ? 1 : 0.2, !last);
    }, z);
  };

  const isInception = variables.has('trunk/stem1/kernel');
  const z = isInception
    ? inceptionTrunk(images)
    : [1, 2, 3].reduce((x, i) => conv(x, `trunk/conv${i}`, 2), images);
  return Array.from({ length: tasks }, (_, task) => {
    const name = `branch${task + 1}`;
    const x = isInception ? inceptionBranch(z, name) : conv(z, `${name}/conv`);
    const features = tf.dropout(tf.mean<tf.Tensor2D>(x, [1, 2]), dropout) as tf.Tensor2D;
    const head = `head${task + 1}`;
    return tf.add<tf.Tensor2D>(tf.matMul(features, get<tf.Tensor2D>(`${head}/kernel`)), get(`${head}/bias`));
  });
}

/**
 * Returns the mean of the tasks' mean cross-entropies. `labels` has `[batch]` int32 for each task, and none is
 * masked.
 */
export function plainLoss(
  network: Network,
  classes: readonly number[],
  images: Map4,
  labels: readonly tf.Tensor1D[],
  dropout: number,
): { total: tf.Scalar; losses: tf.Scalar[] } {
  const logits = plainLogits(network, classes.length, images, dropout);
  const losses = logits.map((output, task) => {
    const wanted = tf.oneHot(labels[task] as tf.Tensor1D, classes[task] ?? 0);
    return tf.losses.softmaxCrossEntropy(wanted, output) as tf.Scalar;
  });
  return { total: tf.div(tf.addN(losses), classes.length), losses };
}
