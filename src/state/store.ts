/** @file Holds everything that the page shows in one store, which can be read without React. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { BenchProgress, BenchReport } from '../../workers/protocol/bench';
import type { Catalogue } from '../../workers/protocol/catalogue';
import type { CheckpointInfo, StartFrom, StorageUse } from '../../workers/protocol/checkpoints';
import type { ContactSheet, DatasetSummary, OpenProgress } from '../../workers/protocol/dataset';
import type { BackendId, DeviceInfo, MemoryEstimate } from '../../workers/protocol/device';
import { AppError } from '../../workers/protocol/errors';
import type { ChartLayout, ChartView, ChartZoom } from '../charts/types';
import type { IgnoredKey } from './hash';
import { isOver, type RunEvent, type RunState, reduceRun } from './runs';
import type { PresetChoice, SampleChoice, Settings } from './settings';

/** A sentence for a person, and a `code` for programs that does not change. */
export interface Problem {
  code: string;
  message: string;
}

export interface AppState {
  /** `failed`: no worker or no GPU, so nothing works until a reload; `problems.engine` says why. */
  engine: 'starting' | 'ready' | 'failed';
  device: DeviceInfo | null;
  /** The backend that the address forces; null where the worker chooses. */
  askedBackend: BackendId | null;
  /** Whether the page still says that training does not run on WebGPU. */
  backendNote: boolean;
  catalogue: Catalogue | null;

  dataset: DatasetSummary | null;
  sheet: ContactSheet | null;
  /** What is being opened. Meanwhile, `dataset` is still the one that was open before. */
  opening: { label: string; progress: OpenProgress | null } | null;
  /** The sample set behind `dataset`, for the hash. */
  sample: SampleChoice | null;

  settings: Settings;
  presetBy: PresetChoice;
  ignoredKeys: readonly IgnoredKey[];
  /** Says which chosen tasks the open dataset could not train, and what replaced them. Null where all fit. */
  tasksNote: string | null;
  /** The last estimate of GPU memory, and the settings that it is for. Null before the first answer. */
  memory: { estimate: MemoryEstimate | null; settings: Settings; dataset: DatasetSummary | null } | null;
  startFrom: { from: StartFrom; label: string } | null;
  /** True from the press of Train until the runs are created. */
  creating: boolean;

  runs: Readonly<Record<string, RunState>>;
  /** Run ids, the oldest first. */
  runOrder: readonly string[];
  /** The runs that were created together last. The legend offers them even while they are hidden. */
  comparison: readonly string[];

  view: Omit<ChartView, 'logY'> & { logY: { loss: boolean; weight: boolean } };
  layout: ChartLayout;
  zoom: ChartZoom | null;

  checkpoints: readonly CheckpointInfo[];
  storage: StorageUse | null;
  /** `progress` is set while a benchmark runs; `report` is the result of the last one. */
  benchmark: { progress: BenchProgress | null; report: BenchReport | null };
  /** One problem for each area of the page; null where nothing is wrong. */
  problems: Readonly<Record<ProblemArea, Problem | null>>;
}
export type ProblemArea = 'engine' | 'data' | 'train' | 'weights' | 'benchmark';

export type Store = StoreApi<AppState>;

export function initialState(settings: Settings): AppState {
  return {
    engine: 'starting',
    device: null,
    askedBackend: null,
    backendNote: true,
    catalogue: null,
    dataset: null,
    sheet: null,
    opening: null,
    sample: null,
    settings,
    presetBy: 'nobody',
    ignoredKeys: [],
    tasksNote: null,
    memory: null,
    startFrom: null,
    creating: false,
    runs: {},
    runOrder: [],
    comparison: [],
    view: {
      smoothing: 0.6,
      axis: 'step',
      logY: { loss: false, weight: false },
      ignoreOutliers: false,
      hidden: new Set(),
    },
    layout: 'overlay',
    zoom: null,
    checkpoints: [],
    storage: null,
    benchmark: { progress: null, report: null },
    problems: { engine: null, data: null, train: null, weights: null, benchmark: null },
  };
}

export const createAppStore = (settings: Settings): Store => createStore(() => initialState(settings));

export function toProblem(error: unknown): Problem {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

export const isAbort = (error: unknown) => error instanceof DOMException && error.name === 'AbortError';

export function setProblem(store: Store, area: ProblemArea, problem: Problem | null): void {
  store.setState(({ problems }) => ({ problems: { ...problems, [area]: problem } }));
}

/** Marks the engine as failed. This is final: without its workers the page can do nothing, and no run goes on. */
export function failEngine(store: Store, problem: Problem): void {
  store.setState(({ problems, runs }) => ({
    engine: 'failed',
    problems: { ...problems, engine: problem },
    runs: Object.fromEntries(
      Object.entries(runs).map(([id, run]) => [
        id,
        isOver(run) ? run : reduceRun(run, { kind: 'failed', ...problem }),
      ]),
    ),
  }));
}

/** Sends one event to one run. Does nothing if the run was removed meanwhile. */
export function dispatchRun(store: Store, id: string, event: RunEvent): void {
  store.setState(({ runs }) => {
    const run = runs[id];
    return run ? { runs: { ...runs, [id]: reduceRun(run, event) } } : {};
  });
}

/** The runs in order, oldest first. */
export const orderedRuns = ({ runs, runOrder }: AppState): RunState[] =>
  runOrder.flatMap(id => runs[id] ?? []);

/** The runs that the charts and see-saws show. */
export const shownRuns = (state: AppState): RunState[] =>
  orderedRuns(state).filter(run => !state.view.hidden.has(run.id));
