/** @file The ways to train one network that a benchmark compares: each adds one thing to the one before. */
import { option } from '../config/options';
import { presetOf } from '../config/presets';
import { createModel, disposeModel } from '../model/model';
import { rmspropOption } from '../model/optimizers/rmsprop';
import { NETWORKS } from '../nets/networks';
import type { VariantId } from '../protocol/bench';
import { AppError } from '../protocol/errors';
import type { RunConfig } from '../protocol/runs';
import * as tf from '../tf/tf';
import { trainStep } from '../train/step/step';
import { Stepper } from '../train/step/stepper';
import { wasmBackendName } from '../wasm/backend';
import type { BackendName } from './backends';
import { compileAhead } from './compileAhead';
import { plainLoss } from './plainNetwork';
import { standardised, type Workload } from './workload';

export interface Trainer {
  /** Issues one step or a few. Resolves with their number when their losses are read back. */
  step(): Promise<number>;
  dispose(): void;
}

export interface Variant {
  backend: BackendName;
  /** Is called when the variant's backend is current. Resolves when steps run at their final speed. */
  start(workload: Workload): Promise<Trainer>;
}

async function read(loss: tf.Tensor): Promise<1> {
  await loss.data();
  loss.dispose();
  return 1;
}

/** Returns tfjs's own version of the preset's optimizer. */
function plainOptimizer(config: RunConfig): tf.Optimizer {
  const rate = option(config, 'learningRate');
  const momentum = rmspropOption(config, 'momentum');
  return option(config, 'optimizer') === 'sgd'
    ? tf.train.momentum(rate, momentum)
    : tf.train.rmsprop(rate, rmspropOption(config, 'rmsDecay'), momentum, rmspropOption(config, 'epsilon'));
}

/** Uses tfjs alone: a plain network and `optimizer.minimize`. The loss is read back. */
async function plain({ config, classes, batch }: Workload): Promise<Trainer> {
  const size = option(config, 'inputSize');
  const network = NETWORKS[presetOf(config).network].build({
    ...{ inputSize: size, width: option(config, 'width'), classes, seed: option(config, 'seed') },
    embedding: option(config, 'embedding'),
  });
  const optimizer = plainOptimizer(config);
  const variables = network.parameters.map(({ variable }) => variable);
  const pixels = standardised(batch);
  const loss = () => {
    const images = tf.tensor4d(pixels, [batch.size, size, size, 3]);
    const labels = batch.labels.map(column => tf.tensor1d(column, 'int32'));
    return plainLoss(network, classes, images, labels, option(config, 'dropout')).total;
  };
  const step = () =>
    read(
      tf.tidy(() => {
        const cost = optimizer.minimize(loss, true, variables);
        if (!cost) throw new AppError('bench/loss', 'The optimizer returned no loss.');
        return cost;
      }),
    );
  await compileAhead(() => tf.variableGrads(loss, variables));
  await step();
  return {
    step,
    dispose() {
      optimizer.dispose();
      network.dispose();
    },
  };
}

/** Runs our step through tfjs every time. */
async function eager({ config, classes, batch }: Workload): Promise<Trainer> {
  const model = createModel({ ...config }, 'dynamic', classes);
  let count = 0;
  const step = () => read(trainStep(model, batch, count++));
  await step();
  return { step, dispose: () => disposeModel(model) };
}

/** Records our step and replays it, as a run on the page does. */
async function replay({ config, classes, batch }: Workload): Promise<Trainer> {
  const model = createModel({ ...config }, 'dynamic', classes);
  const stepper = new Stepper(model);
  const dispose = () => {
    stepper.dispose();
    disposeModel(model);
  };
  let count = 0;
  // A run reads back this many steps together. It is one if a step takes longer than a frame.
  const step = async () => {
    const steps = Array.from({ length: stepper.readEvery }, () => stepper.step(batch, count++));
    stepper.readNow();
    return (await Promise.all(steps)).length;
  };
  try {
    await stepper.prepare(batch, 0);
    while (!stepper.replays && !stepper.warning) await step();
    if (stepper.warning) throw new AppError('bench/replay', stepper.warning);
  } catch (error) {
    dispose();
    throw error;
  }
  return { step, dispose };
}

export const VARIANTS: Readonly<Record<VariantId, Variant>> = {
  stock: { backend: 'stock', start: plain },
  convolutions: { backend: 'convolutions', start: plain },
  eager: { backend: 'eager', start: eager },
  replay: { backend: 'webgpu', start: replay },
  wasm: { backend: wasmBackendName, start: replay },
  webgl: { backend: 'webgl', start: plain },
};
