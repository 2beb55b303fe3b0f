/** @file Starts runs, controls them and asks them for results. */

import type { StartFrom } from '../../../workers/protocol/checkpoints';
import { AppError } from '../../../workers/protocol/errors';
import type { OptionValue } from '../../../workers/protocol/options';
import type { Evaluation } from '../../../workers/protocol/results';
import type { RunSummary } from '../../../workers/protocol/runs';
import { isOver, newRun, type RunState } from '../runs';
import { dispatchRun, orderedRuns } from '../store';
import type { ActionContext } from './context';
import type { datasetActions } from './datasets';

interface Needs {
  datasets: ReturnType<typeof datasetActions>;
}

export function runActions({ engine, store }: ActionContext, { datasets }: Needs) {
  const { training } = engine;
  const add = (summaries: readonly RunSummary[]) => {
    store.setState(({ runs, runOrder, view }) => {
      // Runs of an earlier comparison are hidden in the charts but stay in the table.
      const over = runOrder.filter(id => runs[id] && isOver(runs[id]));
      return {
        runs: { ...runs, ...Object.fromEntries(summaries.map(summary => [summary.id, newRun(summary)])) },
        runOrder: [...runOrder, ...summaries.map(({ id }) => id)],
        comparison: summaries.map(({ id }) => id),
        view: { ...view, hidden: new Set([...view.hidden, ...over]) },
        zoom: null,
      };
    });
  };
  const idsWhere = (test: (run: RunState) => boolean) =>
    orderedRuns(store.getState())
      .filter(test)
      .map(({ id }) => id);

  async function create(config: Record<string, unknown>, weightings: readonly string[], from?: StartFrom) {
    const { dataset } = store.getState();
    if (!dataset)
      throw new AppError('run/dataset', 'No dataset is open. Open the sample faces or drop a zip first.');
    store.setState({ creating: true });
    try {
      return await datasets.holding(dataset.id, async () => {
        const summaries = await training.call('createRuns', {
          datasetId: dataset.id,
          datasetSource: dataset.source,
          config,
          weightings,
          ...(from ? { startFrom: from } : {}),
        });
        add(summaries);
        return summaries;
      });
    } finally {
      store.setState({ creating: false });
    }
  }

  const steer = (method: 'pause' | 'resume' | 'step' | 'stop') => async (ids: readonly string[]) => {
    if (ids.length > 0) await training.call(method, { ids });
  };

  return {
    add,
    create,
    pause: steer('pause'),
    resume: steer('resume'),
    step: steer('step'),
    stop: steer('stop'),
    /** Creates one run for each weighting and starts them. */
    async start(config: Record<string, unknown>, weightings: readonly string[], from?: StartFrom) {
      const summaries = await create(config, weightings, from);
      await training.call('resume', { ids: summaries.map(({ id }) => id) });
      return summaries;
    },
    runningIds: () => idsWhere(run => run.phase === 'running' || run.phase === 'preparing'),
    pausedIds: () => idsWhere(run => run.phase === 'paused'),
    activeIds: () => idsWhere(run => !isOver(run)),
    async rename(id: string, name: string) {
      await training.call('rename', { id, name });
      dispatchRun(store, id, { kind: 'renamed', name });
    },
    async remove(id: string) {
      await training.call('remove', { ids: [id] });
      store.setState(({ runs: { [id]: _, ...runs }, runOrder, view }) => ({
        runs,
        runOrder: runOrder.filter(other => other !== id),
        view: { ...view, hidden: new Set([...view.hidden].filter(key => key.split('/')[0] !== id)) },
      }));
      await datasets.closeUnused();
    },
    /** Changes a live option of every run that is not over. */
    async setLiveOption(key: string, value: OptionValue) {
      for (const id of idsWhere(run => !isOver(run) && key in run.config)) {
        await training.call('setOption', { id, key, value });
        dispatchRun(store, id, { kind: 'optionSet', key, value });
      }
    },
    async evaluate(id: string): Promise<Evaluation> {
      const evaluation = await training.call('evaluate', { id });
      dispatchRun(store, id, { kind: 'evaluated', evaluation });
      return evaluation;
    },
  };
}
