/** @file Changes how the charts look. Nothing here changes a run. */
import type { ChartAxis, ChartLayout, ChartZoom, SeriesKind } from '../../charts/types';
import type { AppState, Store } from '../store';

export function viewActions(store: Store) {
  const change = (view: Partial<AppState['view']>) =>
    store.setState(state => ({ view: { ...state.view, ...view } }));
  return {
    setSmoothing: (smoothing: number) => change({ smoothing }),
    /** Also resets the zoom, because it is in the unit of the axis. */
    setAxis(axis: ChartAxis) {
      change({ axis });
      store.setState({ zoom: null });
    },
    setLogY: (kind: SeriesKind, on: boolean) =>
      store.setState(({ view }) => ({ view: { ...view, logY: { ...view.logY, [kind]: on } } })),
    setIgnoreOutliers: (ignoreOutliers: boolean) => change({ ignoreOutliers }),
    /** Hides or shows a run, one task of a run, or a task in all runs: see `ChartView.hidden`. */
    toggle: (key: string) =>
      store.setState(({ view }) => {
        const hidden = new Set(view.hidden);
        if (!hidden.delete(key)) hidden.add(key);
        return { view: { ...view, hidden } };
      }),
    setLayout: (layout: ChartLayout) => store.setState({ layout }),
    setZoom: (zoom: ChartZoom | null) => store.setState({ zoom }),
    dismissIgnoredKeys: () => store.setState({ ignoredKeys: [] }),
    dismissBackendNote: () => store.setState({ backendNote: false }),
    dismissTasksNote: () => store.setState({ tasksNote: null }),
  };
}
