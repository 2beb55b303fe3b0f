/**
 * @file `window.seesaw`: the engine of the page, for the console and for tests. It uses the same actions and the same store as
 * the buttons, so the page shows what a script does.
 */
import type { BenchOptions, BenchProgress, BenchReport } from '../workers/protocol/bench';
import type { CheckpointInfo, StartFrom } from '../workers/protocol/checkpoints';
import { byTask, columnOf } from '../workers/protocol/columns';
import type { SampleSetOptions, Skipped } from '../workers/protocol/dataset';
import type { DeviceInfo } from '../workers/protocol/device';
import { AppError } from '../workers/protocol/errors';
import type { OptionValue } from '../workers/protocol/options';
import type { Evaluation } from '../workers/protocol/results';
import type { RunSummary } from '../workers/protocol/runs';
import type { App } from './state/app';
import { defaultChoice, defaultPreset, findSampleSet } from './state/settings';
import { markdown } from './views/benchmark/markdown';

export interface OpenedDataset {
  name: string;
  layout: string;
  images: number;
  /**
   * The number of images of each class, for each label column: `identity`, `expression`, `modality`, and others of a
   * manifest.
   */
  counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  skipped: readonly Skipped[];
}
export interface ScriptHistory {
  step: number[];
  /**
   * The losses by task id: `identity`, `expression`, `verification`, `caricature`, `visual`, or a column that was chosen.
   */
  losses: Record<string, number[]>;
  weights: Record<string, number[]>;
  /**
   * All that was recorded, by column id: `gradientNorm`, `accuracy/identity`, … It is NaN where a step has no such
   * number.
   */
  columns: Record<string, number[]>;
}
/**
 * The config of runs. Every option of the catalogue may be given, and none is required. A missing one takes the default
 * of the preset.
 */
export interface ScriptConfig {
  system?: string;
  preset?: string;
  seed?: number;
  steps?: number;
  batchSize?: number;
  [option: string]: OptionValue | undefined;
}

/** Every method rejects with an `AppError` (`code`, and a message that says what to do). */
export interface SeesawApi {
  /** Resolves when the backend runs and the dataset of the URL hash, if any, is open. */
  ready: Promise<DeviceInfo>;
  openDataset(
    source: Iterable<File> | File | string,
    options?: Partial<SampleSetOptions>,
  ): Promise<OpenedDataset>;
  /**
   * Starts one run for each weighting, with the same seed, the same initial weights and the same batches. Resolves when they
   * are running. `startFrom` names the weights to begin with: those of a run, `{ kind: 'run', id }`, of a saved checkpoint,
   * `{ kind: 'checkpoint', name }`, or of a weight file.
   */
  startRuns(
    config: ScriptConfig,
    weightings: readonly string[],
    options?: { startFrom?: StartFrom | File },
  ): Promise<{ id: string; weighting: string }[]>;
  /** Resolves when the run has done `step` steps or is over. It rejects if the run failed. */
  waitForStep(id: string, step: number): Promise<RunSummary>;
  /** Pauses a run. Without an id it pauses every run that is not over. */
  pause(id?: string): Promise<void>;
  resume(id?: string): Promise<void>;
  /** Makes one step and pauses again. */
  step(id?: string): Promise<void>;
  stop(id?: string): Promise<void>;
  history(id: string): Promise<ScriptHistory>;
  evaluate(id: string): Promise<Evaluation>;
  exportWeights(id: string, format: string): Promise<Blob>;
  saveCheckpoint(id: string, name: string): Promise<CheckpointInfo>;
  /**
   * Makes a paused run that goes on where the file ended. If it was trained on a sample set, this set is opened. Any other
   * dataset must already be open, with the same fingerprint.
   */
  importWeights(file: File): Promise<{ id: string; weighting: string; step: number }>;
  listCheckpoints(): Promise<readonly CheckpointInfo[]>;
  /** Measures this device, which takes minutes. Without a preset it measures the case of the table in the README. */
  benchmark(options?: BenchOptions): Promise<BenchReport>;
  /** The progress of a running benchmark, or null. */
  benchmarkProgress(): BenchProgress | null;
  /** The report as tables in Markdown, as the page copies them. */
  benchmarkTables(report: BenchReport): string;
}

declare global {
  interface Window {
    seesaw: SeesawApi;
  }
}

/** The path of a file. A file from a chosen folder has its path in the folder. Any other file has only its name. */
const pathOf = (file: File) => file.webkitRelativePath || file.name;

export function createScripting(app: App): SeesawApi {
  const { engine, store, datasets, runs, checkpoints, settings, benchmark } = app;
  const known = (id: string) => {
    const run = store.getState().runs[id];
    if (run) return run;
    const ids = store.getState().runOrder.join(', ') || 'none';
    throw new AppError('run/unknown', `There is no run "${id}". Runs: ${ids}.`);
  };
  const knownCatalogue = () => {
    const { catalogue } = store.getState();
    if (!catalogue)
      throw new AppError('engine/starting', 'The backend is starting. Await seesaw.ready first.');
    return catalogue;
  };
  const chosen = (id?: string) => (id === undefined ? runs.activeIds() : [known(id).id]);

  return {
    ready: app.ready.then(() => {
      const { device } = store.getState();
      if (!device)
        throw new AppError('engine/device', 'The backend did not say what it is. Reload the page.');
      return device;
    }),
    async openDataset(source, options = {}) {
      if (typeof source !== 'string') {
        const files = source instanceof File ? [source] : [...source];
        return datasets.openFiles(files.map(file => ({ path: pathOf(file), file })));
      }
      const set = findSampleSet(knownCatalogue(), source);
      if (!set) {
        const ids = knownCatalogue().sampleSets.map(({ id }) => id);
        throw new AppError(
          'data/sample',
          `There is no sample set "${source}". Use ${ids.join(', ')} or files.`,
        );
      }
      const { sample, options: defaults } = defaultChoice(set);
      return datasets.openSample({ sample, options: { ...defaults, ...options } });
    },
    async startRuns(config, weightings, { startFrom } = {}) {
      const catalogue = knownCatalogue();
      const { settings: present } = store.getState();
      const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
      const whole = { system: present.system, preset: defaultPreset(catalogue), ...given };
      const from: StartFrom | undefined =
        startFrom instanceof File
          ? { kind: 'file', file: startFrom, fileName: startFrom.name }
          : startFrom && (startFrom.kind === 'run' ? { kind: 'run', id: known(startFrom.id).id } : startFrom);
      const summaries = await runs.start(whole, weightings, from);
      settings.adopt(whole);
      settings.setMethods(weightings);
      return summaries.map(({ id, weighting }) => ({ id, weighting }));
    },
    async waitForStep(id, step) {
      return engine.training.call('waitForStep', { id: known(id).id, step });
    },
    pause: async id => runs.pause(chosen(id)),
    resume: async id => runs.resume(chosen(id)),
    step: async id => runs.step(chosen(id)),
    stop: async id => runs.stop(chosen(id)),
    async history(id) {
      const { columns } = await engine.training.call('history', { id: known(id).id });
      return {
        step: [...columnOf(columns, 'step')],
        losses: byTask(columns, 'loss'),
        weights: byTask(columns, 'weight'),
        columns,
      };
    },
    evaluate: async id => runs.evaluate(known(id).id),
    exportWeights: async (id, format) => checkpoints.exportWeights(known(id).id, format),
    saveCheckpoint: async (id, name) => checkpoints.save(known(id).id, name),
    async importWeights(file) {
      const { id, weighting, step } = await checkpoints.restoreFile(file);
      return { id, weighting, step };
    },
    listCheckpoints: () => checkpoints.refresh(),
    benchmark: (options = {}) => benchmark.run(options),
    benchmarkProgress: () => store.getState().benchmark.progress,
    benchmarkTables: markdown,
  };
}

export function installScripting(app: App): void {
  window.seesaw = createScripting(app);
}
