/**
 * @file The model of one run: the network, the strategy's variables, the optimizer's state, the centers and the moving
 * statistics.
 */
import { option } from '../config/options';
import { presetOf } from '../config/presets';
import type { WeightingId } from '../config/strategy';
import type { FileTensor } from '../formats/tensorFile';
import type { Network } from '../nets/network';
import { NETWORKS } from '../nets/networks';
import { readBack, sparingly, upload } from '../ops/residence';
import { AppError } from '../protocol/errors';
import type { RunConfig } from '../protocol/runs';
import { tasksOf } from '../tasks/systems';
import type { Task } from '../tasks/task';
import * as tf from '../tf/tf';
import { taskGradientOption } from '../weighting/taskGradientOptions';
import type { NamedTensor, Weighting, WeightingEntry } from '../weighting/weighting';
import { WEIGHTINGS } from '../weighting/weightings';
import { type Centers, createCenters } from './centers';
import { LastLosses } from './lastLosses';
import { MovingStatistics } from './movingStatistics';
import { OPTIMIZERS, type Optimizer } from './optimizers/optimizers';

export interface Model {
  config: RunConfig;
  weightingId: WeightingId;
  tasks: readonly Task[];
  network: Network;
  weighting: Weighting;
  optimizer: Optimizer;
  /** The centers in task order. They are null where the task has no embedding. */
  centers: readonly (Centers | null)[];
  statistics: MovingStatistics;
  /**
   * Which gradients a step computes: only those of the total loss, or those of each task, at the shared features or with
   * respect to all shared parameters. See `train/step/forward.ts`.
   */
  gathers: 'total' | 'features' | 'parameters';
  /** The last losses if the strategy compares the losses before and after a step, otherwise null. */
  lastLosses: LastLosses | null;
  /** All variables of the model. A step assigns no others. */
  variables: readonly tf.Variable[];
}

/**
 * Builds a model from the seed in the config. Two models with the same config differ only in their strategy.
 * @param classes the number of outputs of each task's head.
 * @param kernels with 'blank' the kernels of the network stay 0, which takes no time. It is for a model of which only the
 * shapes matter.
 */
export function createModel(
  config: RunConfig,
  weighting: WeightingId,
  classes: readonly number[],
  kernels: 'drawn' | 'blank' = 'drawn',
): Model {
  // Without `sparingly`, the buffers that filling and packing leave behind would be as large as the model itself.
  return sparingly(() => {
    const before = new Set(registered());
    const variables = () => registered().filter(variable => !before.has(variable));
    try {
      const model = build(config, weighting, classes, kernels);
      return { ...model, variables: variables() };
    } catch (error) {
      tf.dispose(variables());
      throw error;
    }
  });
}

const registered = (): tf.Variable[] => Object.values(tf.engine().registeredVariables);

function build(
  config: RunConfig,
  weighting: WeightingId,
  classes: readonly number[],
  kernels: 'drawn' | 'blank',
): Omit<Model, 'variables'> {
  const preset = presetOf(config);
  const seed = option(config, 'seed');
  const tasks = tasksOf(config);
  const network = NETWORKS[preset.network].build({
    inputSize: option(config, 'inputSize'),
    width: option(config, 'width'),
    embedding: option(config, 'embedding'),
    classes,
    seed: kernels === 'blank' ? null : seed,
  });
  upload([...network.parameters, ...network.statistics].map(({ variable }) => variable));
  const entry: WeightingEntry = WEIGHTINGS[weighting];
  const [height, width, channels] = network.trunkShape;
  return {
    config,
    weightingId: weighting,
    tasks,
    network,
    weighting: entry.create({
      ...{ tasks, zSize: height * width * channels, seed, config },
      weightDecay: option(config, 'weightDecay'),
    }),
    optimizer: OPTIMIZERS[option(config, 'optimizer')].create(
      network.parameters,
      { clipNorm: option(config, 'clipNorm'), weightDecay: option(config, 'weightDecay') },
      config,
    ),
    centers: tasks.map((task, t) =>
      task.embeds ? createCenters(classes[t] ?? 0, network.bottleneck) : null,
    ),
    statistics: new MovingStatistics(network.statistics),
    gathers: entry.needs.includes('taskGradients') ? taskGradientOption(config, 'gradients.at') : 'total',
    lastLosses: entry.needs.includes('lossesAfterStep') ? new LastLosses(tasks.length) : null,
  };
}

/** The number of trained parameters of the network, including the heads. */
export function parameterCount({ network }: Model): number {
  return network.parameters.reduce((sum, { variable }) => sum + variable.size, 0);
}

export function disposeModel(model: Model): void {
  model.network.dispose();
  model.weighting.dispose();
  model.optimizer.dispose();
  for (const centers of model.centers) centers?.dispose();
  model.statistics.dispose();
  model.lastLosses?.dispose();
}

/** The centers with their names in a checkpoint: `centers`, or `centers/<task>` if several tasks have an embedding. */
function centerVariables({ tasks, centers }: Model): { name: string; variable: tf.Variable }[] {
  const own = tasks.flatMap(({ id }, t) => {
    const variable = centers[t]?.values;
    return variable ? [{ name: `centers/${id}`, variable }] : [];
  });
  return own.length === 1 ? own.map(({ variable }) => ({ name: 'centers', variable })) : own;
}

/** Only the network's tensors, with the names in METHOD's table. Another framework reads these. */
function networkTensors(model: Model): NamedTensor[] {
  model.statistics.publish();
  const { parameters, statistics } = model.network;
  return [...parameters, ...statistics].map(({ name, variable }) => ({ name, tensor: variable }));
}

/** All tensors that a resumed run needs. The `owned` tensors are made for this call, so the caller disposes them. */
function stateTensors(model: Model): { borrowed: NamedTensor[]; owned: NamedTensor[] } {
  return {
    borrowed: [
      ...networkTensors(model),
      ...model.weighting.variables.map(({ name, variable }) => ({
        name: `weighting/${name}`,
        tensor: variable,
      })),
      ...centerVariables(model).map(({ name, variable }) => ({ name, tensor: variable })),
      ...(model.lastLosses?.variables ?? []).map(({ name, variable }) => ({ name, tensor: variable })),
    ],
    owned: [
      ...model.weighting.state().map(({ name, tensor }) => ({ name: `weighting/${name}`, tensor })),
      ...model.optimizer.state(),
    ],
  };
}

async function read(tensors: readonly NamedTensor[]): Promise<FileTensor[]> {
  const values = await readBack(tensors.map(({ tensor }) => tensor));
  return tensors.map(({ name, tensor: { shape } }, i) => ({
    name,
    shape,
    values: values[i] as Float32Array<ArrayBuffer>,
  }));
}

/** Copies of all state tensors on the CPU. */
export async function readState(model: Model): Promise<FileTensor[]> {
  const { borrowed, owned } = sparingly(() => stateTensors(model));
  try {
    return await read([...borrowed, ...owned]);
  } finally {
    tf.dispose(owned.map(({ tensor }) => tensor));
  }
}

/** Copies of the network's tensors on the CPU. */
export function readNetwork(model: Model): Promise<FileTensor[]> {
  return read(sparingly(() => networkTensors(model)));
}

/** The names and shapes of the tensors that `writeState` needs. */
export function stateShapes(model: Model): { name: string; shape: readonly number[] }[] {
  const { borrowed, owned } = stateTensors(model);
  const shapes = [...borrowed, ...owned].map(({ name, tensor }) => ({ name, shape: tensor.shape }));
  tf.dispose(owned.map(({ tensor }) => tensor));
  return shapes;
}

/** The names and shapes of the tensors that `writeNetwork` needs. */
export function networkShapes(model: Model): { name: string; shape: readonly number[] }[] {
  return networkTensors(model).map(({ name, tensor }) => ({ name, shape: tensor.shape }));
}

type Values = ReadonlyMap<string, FileTensor>;

function toTensor(tensors: Values, name: string): tf.Tensor {
  const found = tensors.get(name);
  if (!found) throw new AppError('weights/missing', `The file has no tensor "${name}".`);
  return tf.tensor(found.values, [...found.shape], 'float32');
}

/**
 * Overwrites the network.
 * @param tensors must have passed `matchTensors` with `networkShapes`.
 */
export function writeNetwork({ network, statistics }: Model, tensors: Values): void {
  tf.tidy(() => {
    for (const { name, variable } of [...network.parameters, ...network.statistics])
      variable.assign(toTensor(tensors, name));
  });
  statistics.reload();
}

/**
 * Overwrites the whole state.
 * @param tensors must have passed `matchTensors` with `stateShapes`.
 * @throws AppError `optimizer/state` when a tensor of the optimizer is missing or has another shape.
 */
export function writeState(model: Model, tensors: Values): void {
  writeNetwork(model, tensors);
  tf.tidy(() => {
    for (const { name, variable } of model.weighting.variables)
      variable.assign(toTensor(tensors, `weighting/${name}`));
    for (const { name, variable } of [...centerVariables(model), ...(model.lastLosses?.variables ?? [])])
      variable.assign(toTensor(tensors, name));
    const under = (prefix: string, strip = '') =>
      new Map(
        [...tensors.keys()]
          .filter(key => key.startsWith(prefix))
          .map(key => [key.slice(strip.length), toTensor(tensors, key)]),
      );
    model.optimizer.restore(under('optimizer/'));
    model.weighting.restore(under('weighting/', 'weighting/'));
  });
}
