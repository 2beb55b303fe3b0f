/** @file Describes a run for the page when the page first hears of it. */

import { parameterCount } from '../../model/model';
import type { RunSummary } from '../../protocol/runs';
import type { Run } from './run';
import { historyColumns } from './runRecord';

export function summarise(run: Run): RunSummary {
  const { data, model, error } = run;
  return {
    id: run.id,
    name: run.name,
    weighting: model.weightingId,
    config: { ...model.config },
    tasks: model.tasks.map(({ id, label, embeds }) => ({ id, label, embeds })),
    datasetId: data.index.id,
    datasetName: data.index.name,
    phase: run.phase,
    step: run.step,
    steps: run.steps,
    parameters: parameterCount(model),
    split: {
      train: data.train.length,
      validation: data.validation.length,
      test: data.test.length,
      rule: data.rule,
    },
    classes: Object.fromEntries(model.tasks.map((task, t) => [task.id, data.classes[t]?.length ?? 0])),
    columns: historyColumns(model),
    startedFrom: run.startedFrom,
    error: error && { code: error.code, message: error.message },
  };
}
