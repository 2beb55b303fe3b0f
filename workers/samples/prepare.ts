/** @file Makes the labelled training samples and held-out samples from a dataset and a config, before the first step. */

import { option } from '../config/options';
import { tasksTrained, type WeightingId } from '../config/strategy';
import type { DatasetIndex } from '../protocol/dataset';
import { AppError } from '../protocol/errors';
import type { RunConfig } from '../protocol/runs';
import { columnOf, rawLabel, taskClasses } from '../tasks/labels';
import { trainingNeed } from '../tasks/needs';
import { tasksOf } from '../tasks/systems';
import type { WeightingEntry } from '../weighting/weighting';
import { WEIGHTINGS } from '../weighting/weightings';
import type { Labelled } from './batches';
import { splitSamples } from './split';

export interface PreparedData {
  index: DatasetIndex;
  train: readonly Labelled[];
  /** The samples that are scored during training. There may be none. */
  validation: readonly Labelled[];
  test: readonly Labelled[];
  /** For each task, the dataset's class index of each class of the head. */
  classes: readonly (readonly number[])[];
  /** For each task, the names of the classes of the head. */
  classNames: readonly (readonly string[])[];
  /** How the split was made, in words. */
  rule: string;
}

/**
 * The data of compared runs.
 * @param ids their weighting strategies.
 * @throws AppError `weighting/validation` when a strategy learns from validation losses and no sample is for validation. The
 * strategy would learn from the test samples instead, and the scores at the end would be too good. The errors of `prepareData`
 * are passed on.
 */
export function prepareRuns(
  index: DatasetIndex,
  config: RunConfig,
  ids: readonly WeightingId[],
): PreparedData {
  const data = prepareData(index, config, tasksTrained(ids, config));
  for (const id of ids) {
    const { label, needs }: WeightingEntry = WEIGHTINGS[id];
    if (needs.includes('validationLosses') && data.validation.length === 0)
      throw new AppError(
        'weighting/validation',
        `"${label}" learns from the losses of validation images, but ${index.name} has none with this split (${data.rule}). Open a dataset that declares its own validation images, for example in the column split of a manifest.csv, and hold out by that split. Or choose another method.`,
      );
  }
  return data;
}

/** The number of outputs of each task's head. It is at least 1, although a task that is not trained may have no class. */
export const headSizes = (data: PreparedData): number[] => data.classes.map(list => Math.max(1, list.length));

/**
 * @param trained the tasks that need labels, counted from 0, or `null` for all tasks.
 * @throws AppError `dataset/task` when one of these tasks has fewer than two classes among the training samples. The errors of
 * `splitSamples` are passed on.
 */
export function prepareData(
  index: DatasetIndex,
  config: RunConfig,
  trained: ReadonlySet<number> | null = null,
): PreparedData {
  const tasks = tasksOf(config);
  const split = splitSamples(index, {
    by: option(config, 'splitBy'),
    testFraction: option(config, 'testFraction'),
    seed: option(config, 'splitSeed'),
  });
  const classes = tasks.map(task => taskClasses(task, index, split.train));
  tasks.forEach((task, t) => {
    const need = trainingNeed(task, index, classes[t]?.length ?? 0);
    if (need !== null && (trained === null || trained.has(t))) throw new AppError('dataset/task', need);
  });
  const lookups = classes.map(list => new Map(list.map((label, i) => [label, i])));
  const label = (sample: number): Labelled => ({
    sample,
    labels: tasks.map((task, t) => {
      const raw = rawLabel(task, index, sample);
      return raw === null ? -1 : (lookups[t]?.get(raw) ?? -1);
    }),
  });
  const train = split.train.map(label).filter(({ labels }) => labels.some(l => l >= 0));
  return {
    index,
    train,
    validation: split.validation.map(label),
    test: split.test.map(label),
    classes,
    classNames: classes.map((list, t) => {
      const { names = [] } = columnOf(index, tasks[t]?.column ?? '') ?? {};
      return list.map(c => names[c] ?? String(c));
    }),
    rule: split.rule,
  };
}
