/** @file From a dataset and a config to labelled training and held-out samples, fixed before the first step. */

import { option } from '../config/options';
import type { DatasetIndex } from '../protocol/dataset';
import { AppError } from '../protocol/errors';
import type { RunConfig } from '../protocol/runs';
import { columnOf, rawLabel, taskClasses } from '../tasks/labels';
import { trainingNeed } from '../tasks/needs';
import { tasksOf } from '../tasks/systems';
import type { Labelled } from './batches';
import { splitSamples } from './split';

export interface PreparedData {
  index: DatasetIndex;
  train: readonly Labelled[];
  /** Scored while training; may be empty. */
  validation: readonly Labelled[];
  test: readonly Labelled[];
  /** Per task: the dataset's class index of each class of the head. */
  classes: readonly (readonly number[])[];
  /** Per task: what the classes are called. */
  classNames: readonly (readonly string[])[];
  /** How the split was made, in words. */
  rule: string;
}

/** Outputs of each task's head. A task that is not trained may have no class at all; a head has one output at least. */
export const headSizes = (data: PreparedData): number[] => data.classes.map(list => Math.max(1, list.length));

/**
 * @param trained tasks that need labels, counted from 0; `null`: all.
 * @throws AppError `dataset/task` when the training side leaves one of them fewer than two classes.
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
