/** @file All that one run trains: the network, the strategy's variables, the optimizer's state, centers and statistics. */
import * as tf from '@tensorflow/tfjs';
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
  /** In task order; null where the task does not embed. */
  centers: readonly (Centers | null)[];
  statistics: MovingStatistics;
  /** How a step takes its gradients: of the total alone, or of each task first, at the features or by all shared parameters. */
  gathers: 'total' | 'features' | 'parameters';
  /** Where the strategy looks at the losses before and after a step. */
  lastLosses: LastLosses | null;
  /** Every variable of the above: all that a step may assign. */
  variables: readonly tf.Variable[];
}

/**
 * Builds everything from the config's seed: two models of one config differ only in their strategy.
 * @param kernels `blank`: the network's stay at zero, which costs no time; for a model of which only the shapes count.
 */
export function createModel(
  config: RunConfig,
  weighting: WeightingId,
  classes: readonly number[],
  kernels: 'drawn' | 'blank' = 'drawn',
): Model {
  // Filling and packing leaves as much behind as the model itself.
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

/** Trained parameters of the network, heads included. */
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

/** As a checkpoint names them: `centers`, or `centers/<task>` where several tasks embed. */
function centerVariables({ tasks, centers }: Model): { name: string; variable: tf.Variable }[] {
  const own = tasks.flatMap(({ id }, t) => {
    const variable = centers[t]?.values;
    return variable ? [{ name: `centers/${id}`, variable }] : [];
  });
  return own.length === 1 ? own.map(({ variable }) => ({ name: 'centers', variable })) : own;
}

/** The network alone, as METHOD's table names it: what another framework wants to read. */
function networkTensors(model: Model): NamedTensor[] {
  model.statistics.publish();
  const { parameters, statistics } = model.network;
  return [...parameters, ...statistics].map(({ name, variable }) => ({ name, tensor: variable }));
}

/** Everything that a resumed run needs. The `owned` tensors are made for this call: the caller disposes them. */
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

/** Names and shapes that `writeState` wants. */
export function stateShapes(model: Model): { name: string; shape: readonly number[] }[] {
  const { borrowed, owned } = stateTensors(model);
  const shapes = [...borrowed, ...owned].map(({ name, tensor }) => ({ name, shape: tensor.shape }));
  tf.dispose(owned.map(({ tensor }) => tensor));
  return shapes;
}

/** Names and shapes that `writeNetwork` wants. */
export function networkShapes(model: Model): { name: string; shape: readonly number[] }[] {
  return networkTensors(model).map(({ name, tensor }) => ({ name, shape: tensor.shape }));
}

type Values = ReadonlyMap<string, FileTensor>;

function toTensor(tensors: Values, name: string): tf.Tensor {
  const found = tensors.get(name);
  if (!found) throw new AppError('weights/missing', `The file has no tensor "${name}".`);
  return tf.tensor(found.values, [...found.shape], 'float32');
}

/** Overwrites the network. `tensors` must have passed `matchTensors` against `networkShapes`. */
export function writeNetwork({ network, statistics }: Model, tensors: Values): void {
  tf.tidy(() => {
    for (const { name, variable } of [...network.parameters, ...network.statistics])
      variable.assign(toTensor(tensors, name));
  });
  statistics.reload();
}

/** Overwrites all state. `tensors` must have passed `matchTensors` against `stateShapes`. */
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
