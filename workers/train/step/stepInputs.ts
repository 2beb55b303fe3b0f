/**
 * @file Everything in which one training step differs from the next, as tensors: pixels and labels, how many samples
 * each task has, rates and live options, dropout's draws. The step is a function of these and of the model's state, so
 * that a recorded step can be repeated with others.
 */
import * as tf from '@tensorflow/tfjs';
import { learningRateAt } from '../../config/learningRate';
import { option } from '../../config/options';
import { dropoutDraw } from '../../gpu/kernels/map/dropout';
import { augmentDraw, packBytes } from '../../gpu/kernels/map/standardise';
import type { Model } from '../../model/model';
import { hash } from '../../random';
import type { Batch } from '../../samples/batches';
import type { Live } from '../../weighting/weighting';

export interface StepInputs {
  /** RGB of the batch, `packBytes`. */
  words: tf.Tensor1D;
  /** Which images are mirrored, and how far they are shifted: `augmentDraw`. */
  augment: tf.Tensor1D;
  /** Per task `[batch]` int32, −1 = masked. */
  labels: readonly tf.Tensor1D[];
  /** Per task: labelled samples, at least 1. */
  counts: readonly tf.Scalar[];
  /** 1 where the batch has a sample of the task, else 0: `[tasks]`. */
  present: tf.Tensor1D;
  /** Θ's. */
  learningRate: tf.Scalar;
  /** Weight of the center loss. */
  centerAlpha: tf.Scalar;
  /** Dropout's draw for each site: `dropoutDraw`, `[3]` int32. */
  draws: readonly tf.Tensor1D[];
  /** What the strategy asked for. */
  live: Live<tf.Tensor>;
}

/** One input's content. */
export interface InputValues {
  shape: number[];
  values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
}

/** The same for every step of a run: names and shapes. */
export type AllValues = ReadonlyMap<string, InputValues>;

/** What dropout draws at one site: the same for compared runs. */
export function drawAt(drop: number, seed: number, step: number, site: number): Int32Array<ArrayBuffer> {
  return dropoutDraw(hash(seed, 'dropout', step, site), drop);
}

/** Inputs of one step by name. @param step counts from 0. */
export function inputValues({ weighting, config, tasks }: Model, batch: Batch, step: number): AllValues {
  const learningRate = learningRateAt(config, step);
  const { beginsEpoch = false } = batch;
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

/** Arranges tensors by name as the step wants them. */
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
