/**
 * @file Everything that differs from one training step to the next, as tensors: pixels, labels, the number of samples of each
 * task, learning rates, options that may change during the run, and the random draws of dropout. A step depends only on
 * these and on the state of the model, so a recorded step can be repeated with other values.
 */
import { learningRateAt } from '../../config/learningRate';
import { option } from '../../config/options';
import { dropoutDraw } from '../../gpu/kernels/map/dropout';
import { augmentDraw, packBytes } from '../../gpu/kernels/map/standardise';
import type { Model } from '../../model/model';
import { hash } from '../../random';
import type { Batch } from '../../samples/batches';
import * as tf from '../../tf/tf';
import type { Live } from '../../weighting/weighting';

export interface StepInputs {
  /** The RGB bytes of the batch, four in a word: see `packBytes`. */
  words: tf.Tensor1D;
  /** Decides which images are mirrored and how far they are shifted: see `augmentDraw`. `[3]` int32. */
  augment: tf.Tensor1D;
  /** For each task `[batch]` int32. −1 says that the sample has no label for this task. */
  labels: readonly tf.Tensor1D[];
  /** For each task the number of labelled samples, or 1 if there is none, so that it can be a divisor. */
  counts: readonly tf.Scalar[];
  /** `[tasks]`. 1 where the batch has a sample of the task, otherwise 0. */
  present: tf.Tensor1D;
  /** The learning rate of Θ. */
  learningRate: tf.Scalar;
  /** The weight of the center loss. */
  centerAlpha: tf.Scalar;
  /** The draw for each place of dropout, `[3]` int32: see `dropoutDraw`. */
  draws: readonly tf.Tensor1D[];
  /** The values that the strategy asked for. */
  live: Live<tf.Tensor>;
}

/** The content of one input. */
export interface InputValues {
  shape: number[];
  values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
}

/** The inputs of a step by name. The names and the shapes are the same for every step of a run. */
export type AllValues = ReadonlyMap<string, InputValues>;

/** The draw of dropout at one place of the network. It is the same for compared runs. */
export function drawAt(drop: number, seed: number, step: number, site: number): Int32Array<ArrayBuffer> {
  return dropoutDraw(hash(seed, 'dropout', step, site), drop);
}

/** The inputs of one step by name. @param step counts from 0. */
export function inputValues({ weighting, config, tasks }: Model, batch: Batch, step: number): AllValues {
  const learningRate = learningRateAt(config, step);
  const { beginsEpoch } = batch;
  const rates = { step, beginsEpoch, learningRate, initialLearningRate: option(config, 'learningRate') };
  const [seed, drop] = [option(config, 'seed'), option(config, 'dropout')];
  const all = new Map<string, InputValues>();
  const add = (name: string, shape: number[], values: InputValues['values']) =>
    all.set(name, { shape, values });
  const addScalar = (name: string, value: number) => add(name, [], Float32Array.of(value));

  const words = packBytes(batch.bytes);
  add('words', [words.length], words);
  const share = option(config, 'mirror') ? 0.5 : 0;
  add('augment', [3], augmentDraw(hash(seed, 'mirror', step), share, option(config, 'shift')));
  const present = batch.counts.map(count => (count > 0 ? 1 : 0));
  add('present', [tasks.length], Float32Array.from(present));
  tasks.forEach((_, t) => {
    add(`label${t}`, [batch.size], batch.labels[t] ?? new Int32Array(batch.size).fill(-1));
    addScalar(`count${t}`, Math.max(batch.counts[t] ?? 0, 1));
    add(`draw${t}`, [3], drawAt(drop, seed, step, t));
  });
  addScalar('learningRate', learningRate);
  addScalar('centerAlpha', option(config, 'centerAlpha'));
  for (const [name, value] of Object.entries(weighting.live(rates)))
    if (typeof value === 'number') addScalar(`live/${name}`, value);
    else add(`live/${name}`, [...value.shape], Float32Array.from(value.values));
  return all;
}

export type InputTensors = ReadonlyMap<string, tf.Tensor>;

/** The caller disposes them. */
export function inputTensors(all: AllValues): InputTensors {
  return new Map(
    Array.from(all, ([name, { shape, values }]) => [
      name,
      tf.tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32'),
    ]),
  );
}

/** Arranges named tensors in the form that the step takes. */
export function arrange(tensors: InputTensors, tasks: number): StepInputs {
  const named = <T extends tf.Tensor>(name: string) => tensors.get(name) as T;
  const perTask = <T extends tf.Tensor>(name: string) =>
    Array.from({ length: tasks }, (_, t) => named<T>(`${name}${t}`));
  const live = [...tensors].filter(([name]) => name.startsWith('live/'));
  return {
    words: named('words'),
    augment: named('augment'),
    labels: perTask('label'),
    counts: perTask('count'),
    present: named('present'),
    learningRate: named('learningRate'),
    centerAlpha: named('centerAlpha'),
    draws: perTask('draw'),
    live: Object.fromEntries(live.map(([name, tensor]) => [name.slice('live/'.length), tensor])),
  };
}
