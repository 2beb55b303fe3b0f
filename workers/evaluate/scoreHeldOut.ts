/** @file Scores a model on held-out samples. It predicts once and computes every metric from the predictions. */

import { option } from '../config/options';
import type { Model } from '../model/model';
import type { DatasetIndex, PixelsApi } from '../protocol/dataset';
import type { Link } from '../protocol/link';
import type { Evaluation, HeldOutSide } from '../protocol/results';
import type { Labelled } from '../samples/batches';
import { type ChosenPairs, choosePairs, type Face } from '../samples/pairs';
import type { PreparedData } from '../samples/prepare';
import { rawLabel } from '../tasks/labels';
import { systemOf } from '../tasks/systems';
import type { Task } from '../tasks/task';
import type { Predictions } from './metric';
import { METRICS } from './metrics';
import { pairDistances } from './pairDistances';
import { predict } from './predict';

/** What must be known of a sample to pair it. The identity is the label of the task that has the embedding. */
const faceOf = (index: DatasetIndex, embeds: Task, sample: number): Face => ({
  sample,
  identity: rawLabel(embeds, index, sample) ?? -1,
  modality: index.columns.modality.values[sample] ?? -1,
  sequence: index.samples[sample]?.sequence ?? null,
});

const metrics = Object.entries(METRICS);
const wanted = new Set(metrics.flatMap(([, { needs }]) => needs));

/** The pairs on which verification is scored, or the reason why there are none. */
function pairsOf(
  { config, tasks }: Model,
  { index, train }: PreparedData,
  held: readonly Labelled[],
): ChosenPairs | { why: string } {
  if (!wanted.has('pairs')) return { why: 'No metric asks for pairs.' };
  // If several tasks have an embedding, the first one is used for verification.
  const embeds = tasks.find(task => task.embeds);
  if (!embeds) return { why: 'No task of this run embeds, so there is nothing to compare faces by.' };
  const faces = (side: readonly Labelled[]) => side.map(({ sample }) => faceOf(index, embeds, sample));
  return choosePairs(faces(held), faces(train), {
    rule: systemOf(config).pairs,
    // The choice of pairs belongs to the split, so runs with different training seeds are scored on the same pairs.
    seed: option(config, 'splitSeed'),
  });
}

/**
 * Scores a model on one held-out side. Samples with a damaged picture are left out and counted. Rejects when `signal` aborts.
 * @param step how many steps the model has done.
 * @param onWarning is told why the evaluation was slower than it could be.
 */
export async function scoreHeldOut(
  model: Model,
  data: PreparedData,
  side: HeldOutSide,
  pixels: Link<PixelsApi>,
  step: number,
  signal: AbortSignal,
  onWarning: (warning: string) => void = () => undefined,
): Promise<Evaluation> {
  const { index } = data;
  const held = data[side];
  const pairs = pairsOf(model, data, held);
  // The training images of pairs come after the held-out samples. They are only embedded, and no task is scored on them.
  const training = 'why' in pairs ? [] : pairs.training;
  const unlabelled = model.tasks.map(() => -1);
  const samples = [...held, ...training.map(sample => ({ sample, labels: unlabelled }))];
  const { tasks, embeddings, ...sound } = await predict(model, pixels, index, samples, signal, onWarning);
  const rows = new Map(sound.samples.map((sample, row) => [sample, row]));
  // These are the first rows: the held-out samples without those whose picture is damaged.
  const heldOut = held.filter(({ sample }) => rows.has(sample));
  const predictions: Predictions = {
    tasks: tasks.map(({ id, classes, logits, labels }, t) => ({
      id,
      label: model.tasks[t]?.label ?? id,
      classNames: data.classNames[t] ?? [],
      logits: logits.subarray(0, heldOut.length * classes),
      labels: labels.subarray(0, heldOut.length),
    })),
    paths: heldOut.map(({ sample }) => index.samples[sample]?.path ?? ''),
    pairs: 'why' in pairs ? pairs : pairDistances(pairs, embeddings, rows),
  };
  const results = metrics.map(([id, metric]) => [id, metric.compute(predictions)] as const);
  const damaged = held.length - heldOut.length;
  return {
    step,
    side,
    samples: heldOut.length,
    ...(damaged > 0 ? { damaged } : {}),
    results: Object.fromEntries(results),
  };
}
