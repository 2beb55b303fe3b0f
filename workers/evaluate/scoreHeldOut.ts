/** @file Scores a model on a held-out side: predictions once, then every metric on them. */

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

/** What pairing needs to know of a sample. Who it shows is what the task that embeds tells apart. */
const faceOf = (index: DatasetIndex, embeds: Task, sample: number): Face => ({
  sample,
  identity: rawLabel(embeds, index, sample) ?? -1,
  modality: index.columns.modality.values[sample] ?? -1,
  sequence: index.samples[sample]?.sequence ?? null,
});

const metrics = Object.entries(METRICS);
const wanted = new Set(metrics.flatMap(([, { needs }]) => needs));

/** The pairs that the system of the run is verified on. */
function pairsOf(
  { config, tasks }: Model,
  { index, train }: PreparedData,
  held: readonly Labelled[],
): ChosenPairs | { why: string } {
  if (!wanted.has('pairs')) return { why: 'No metric asks for pairs.' };
  // Of several embeddings, the first task's is the one that is verified.
  const embeds = tasks.find(task => task.embeds);
  if (!embeds) return { why: 'No task of this run embeds, so there is nothing to compare faces by.' };
  const faces = (side: readonly Labelled[]) => side.map(({ sample }) => faceOf(index, embeds, sample));
  return choosePairs(faces(held), faces(train), {
    rule: systemOf(config).pairs,
    // Which pairs are drawn is part of how the data are held out: a spread over training seeds must not mix the two.
    seed: option(config, 'splitSeed'),
  });
}

/** Held-out samples whose picture is damaged are left out and counted. Rejects when `signal` aborts. */
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
  // Training images of pairs are embedded behind the held-out ones; no task is scored on them.
  const training = 'why' in pairs ? [] : pairs.training;
  const unlabelled = model.tasks.map(() => -1);
  const samples = [...held, ...training.map(sample => ({ sample, labels: unlabelled }))];
  const { tasks, embeddings, ...sound } = await predict(model, pixels, index, samples, signal, onWarning);
  const rows = new Map(sound.samples.map((sample, row) => [sample, row]));
  // The held-out samples come first, those with a damaged picture left out.
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
