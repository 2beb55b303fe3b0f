/** @file Scores a model on held-out samples. It predicts once and computes every metric from the predictions. */

import { option } from '../config/options';
import type { Model } from '../model/model';
import type { PixelsApi } from '../protocol/dataset';
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

const metrics = Object.entries(METRICS);
const wanted = new Set(metrics.flatMap(([, { needs }]) => needs));

/** The pairs by which a task is verified, or the reason why there are none. It is null if the task has no embedding. */
function pairsOf(
  task: Task,
  { config }: Model,
  { index, train }: PreparedData,
  held: readonly Labelled[],
): ChosenPairs | { why: string } | null {
  if (!task.embeds) return null;
  if (!wanted.has('pairs')) return { why: 'No metric asks for pairs.' };
  const faceOf = ({ sample }: Labelled): Face => ({
    sample,
    label: rawLabel(task, index, sample) ?? -1,
    modality: index.columns.modality.values[sample] ?? -1,
    sequence: index.samples[sample]?.sequence ?? null,
  });
  return choosePairs(held.map(faceOf), train.map(faceOf), {
    rule: systemOf(config).pairs,
    // The choice of pairs belongs to the split, so runs with different training seeds are scored on the same pairs.
    seed: option(config, 'splitSeed'),
    column: task.column,
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
  const pairs = model.tasks.map(task => pairsOf(task, model, data, held));
  // The training images of pairs come after the held-out samples. They are only embedded, and no task is scored on them.
  const training = new Set(pairs.flatMap(chosen => (chosen && 'training' in chosen ? chosen.training : [])));
  const unlabelled = model.tasks.map(() => -1);
  const samples = [...held, ...[...training].map(sample => ({ sample, labels: unlabelled }))];
  const { tasks, ...sound } = await predict(model, pixels, index, samples, signal, onWarning);
  const rows = new Map(sound.samples.map((sample, row) => [sample, row]));
  // These are the first rows: the held-out samples without those whose picture is damaged.
  const heldOut = held.filter(({ sample }) => rows.has(sample));
  const predictions: Predictions = {
    tasks: model.tasks.map(({ id, label, column }, t) => {
      const { classes, logits, labels, embeddings } = tasks[t] as (typeof tasks)[number];
      const chosen = pairs[t] ?? null;
      return {
        id,
        label,
        column,
        classNames: data.classNames[t] ?? [],
        logits: logits.subarray(0, heldOut.length * classes),
        labels: labels.subarray(0, heldOut.length),
        pairs: chosen && 'same' in chosen ? embeddings && pairDistances(chosen, embeddings, rows) : chosen,
      };
    }),
    paths: heldOut.map(({ sample }) => index.samples[sample]?.path ?? ''),
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
