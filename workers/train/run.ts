/**
 * @file One run: a model, where it is in its state machine, and what it recorded. Losses are read back some steps
 * later, several steps at once where steps are fast, so that the GPU never waits for JavaScript; whatever needs a settled
 * state drains them first.
 */
import type { FileTensor } from '../formats/tensorFile';
import { allocating } from '../gpu/allocating';
import type { DatasetSummary, PixelsApi } from '../protocol/dataset';
import type { Link } from '../protocol/link';
import { AppError } from '../protocol/link';
import type { OptionValue } from '../protocol/options';
import type { Evaluation, RunPhase, RunSummary, RunUpdate } from '../protocol/runs';
import { assertFinite } from './assertFinite';
import type { Batch, BatchStream } from './batches';
import type { CheckpointRecord } from './checkpoint';
import { Recorder } from './history';
import { learningRateAt, overrideSchedule } from './learningRate';
import { disposeModel, type Model, parameterCount, readNetwork, readState } from './model';
import { OPTIONS, option } from './options';
import { nextPhase, type PhaseEvent } from './phase';
import type { PreparedData } from './prepare';
import { checkOption } from './resolveConfig';
import { scoreHeldOut } from './scoreHeldOut';
import { Speed } from './speed';
import { Stepper } from './stepper';

/** Read-backs that may be on their way while the next step is issued: two frames of work, or two steps. */
const inFlight = 2;

export interface RunParts {
  id: string;
  name: string;
  model: Model;
  data: PreparedData;
  datasetSource: DatasetSummary['source'];
  stream: BatchStream;
  pixels: Link<PixelsApi>;
  /** Where a resumed run goes on. */
  from?: CheckpointRecord;
  onChange(run: Run): void;
}

export class Run {
  readonly id: string;
  name: string;
  readonly model: Model;
  readonly data: PreparedData;
  readonly #parts: RunParts;
  readonly #recorder: Recorder;
  readonly #stepper: Stepper;
  readonly #abort = new AbortController();
  #phase: RunPhase = 'idle';
  /** Steps issued. */
  #step = 0;
  #elapsedMs = 0;
  #lastStepAt = 0;
  /** Steps issued and not recorded, oldest first; they never reject. */
  readonly #unread: Promise<void>[] = [];
  readonly #speed = new Speed();
  #warnings: string[] = [];
  #evaluationWarning: string | null = null;
  #compiling: { ready: number; all: number } | null = null;
  #error: AppError | null = null;
  /** Serialises steps, evaluations and snapshots: each sees a state between two steps. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: RunParts) {
    this.id = parts.id;
    this.name = parts.name;
    this.model = parts.model;
    this.data = parts.data;
    this.#parts = parts;
    this.#stepper = new Stepper(parts.model);
    this.#recorder = new Recorder(parts.model.tasks.map(task => task.id));
    if (parts.from) {
      this.#step = parts.from.step;
      this.#elapsedMs = parts.from.elapsedMs;
      this.#recorder.restore(parts.from.history);
    }
    this.move('prepare');
    this.move('prepared');
    if (this.#step >= this.steps) this.move('finish');
  }

  get phase(): RunPhase {
    return this.#phase;
  }
  get step(): number {
    return this.#step;
  }
  get steps(): number {
    return option(this.model.config, 'steps');
  }
  /** No step will follow. */
  get isOver(): boolean {
    return this.#phase === 'finished' || this.#phase === 'stopped' || this.#phase === 'failed';
  }
  get error(): AppError | null {
    return this.#error;
  }
  /** Rows read back and not failed: what a waiting script may rely on. */
  get recordedStep(): number {
    return this.#recorder.last?.step ?? 0;
  }

  move(event: PhaseEvent): void {
    this.#phase = nextPhase(this.#phase, event);
    if (event === 'resume') this.#lastStepAt = performance.now();
    else {
      this.#speed.pause();
      this.#stepper.readNow();
      this.#parts.stream.leave(this);
    }
    this.#parts.onChange(this);
  }

  fail(error: unknown): void {
    if (this.isOver || this.#abort.signal.aborted) return;
    this.#error =
      error instanceof AppError
        ? error
        : new AppError('run/failed', error instanceof Error ? error.message : String(error), {
            cause: error,
          });
    this.move('fail');
  }

  /** Changes an option that the config's spec marks as live. */
  setOption(key: string, value: OptionValue): void {
    const spec = OPTIONS[key];
    if (!spec?.live)
      throw new AppError('config/live', `${key} cannot change while a run exists. Start a new run with it.`);
    const checked = checkOption(key, spec, value);
    const { config } = this.model;
    if (
      key === 'learningRate' &&
      typeof checked === 'number' &&
      (config.schedule as readonly unknown[]).length > 0
    ) {
      config.schedule = overrideSchedule(config, this.#step, checked);
    }
    config[key] = checked;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Whether the next step can be issued at once. */
  get hasRoom(): boolean {
    return this.#unread.length <= inFlight * this.#stepper.readEvery;
  }

  /** Resolves when it can. */
  async room(): Promise<void> {
    while (!this.hasRoom) await this.#unread[0];
  }

  /**
   * Issues one step of a running run, or on request of a paused one, once there is room. Does nothing when the run is
   * in another phase by then. Failures end up in the run's phase.
   */
  advance(when: 'running' | 'paused' = 'running'): Promise<void> {
    return this.#inTurn(async () => {
      await this.room();
      if (this.#phase !== when) return;
      try {
        const batch = await this.#parts.stream.at(this.#step, this);
        await this.#compile(batch);
        if (this.#phase !== when || this.#abort.signal.aborted) return;
        if (when === 'paused') this.#lastStepAt = performance.now();
        this.#issue(batch);
        const step = this.#step;
        const every = option(this.model.config, 'evaluateEvery');
        const last = step === this.steps;
        if (last || (every > 0 && step % every === 0)) await this.#evaluate();
        if (last) {
          await this.#drain();
          if (!this.isOver) this.move('finish');
        }
      } catch (error) {
        this.fail(error);
      }
    });
  }

  #issue(batch: Batch): void {
    const learningRate = learningRateAt(this.model.config, this.#step);
    const stepping = this.#stepper.step(batch, this.#step);
    const step = ++this.#step;
    const before = this.#unread.at(-1);
    const record = async () => {
      const [stepped] = await Promise.allSettled([stepping, before]);
      this.#unread.shift();
      if (this.#error) return;
      try {
        if (stepped.status === 'rejected') throw stepped.reason;
        this.#record(step, learningRate, stepped.value);
      } catch (error) {
        this.fail(error);
      }
    };
    this.#unread.push(record());
  }

  /** Before the first step; the time it takes is none of the run's. */
  async #compile(batch: Batch): Promise<void> {
    await this.#stepper.prepare(batch, this.#step, (ready, all) => {
      this.#compiling = { ready, all };
      this.#lastStepAt = performance.now();
      this.#parts.onChange(this);
    });
    this.#compiling = null;
  }

  #record(step: number, learningRate: number, values: number[]): void {
    const count = this.model.tasks.length;
    const losses = values.slice(0, count);
    const weights = values.slice(count, 2 * count);
    const accuracy = values.slice(2 * count, 3 * count);
    const [gradientNorm = Number.NaN, shortest = Number.NaN] = values.slice(3 * count);
    const half = option(this.model.config, 'precision') === 'half';
    assertFinite({ tasks: this.model.tasks, losses, weights, gradientNorm, step, half });
    const now = performance.now();
    this.#elapsedMs += now - this.#lastStepAt;
    this.#lastStepAt = now;
    if (this.#phase === 'running') this.#speed.mark(step, now);
    this.#recorder.add({
      step,
      learningRate,
      elapsedMs: this.#elapsedMs,
      losses,
      weights,
      accuracy,
    });
    const warning = this.model.weighting.warn(weights, shortest);
    this.#warnings = [warning, this.#stepper.warning].filter(text => text !== null);
    this.#parts.onChange(this);
  }

  async #drain(): Promise<void> {
    this.#stepper.readNow();
    await Promise.all(this.#unread);
  }

  /** Waits until every issued step is recorded. */
  settle(): Promise<void> {
    return this.#inTurn(() => this.#drain());
  }

  async #evaluate(): Promise<Evaluation> {
    await this.#drain();
    if (this.#error) throw this.#error;
    const evaluation = await scoreHeldOut(
      this.model,
      this.data,
      this.#parts.pixels,
      this.#step,
      this.#abort.signal,
      warning => {
        this.#evaluationWarning = warning;
      },
    );
    this.#recorder.addEvaluation(evaluation);
    this.#parts.onChange(this);
    return evaluation;
  }

  /** Scores the held-out split now, between two steps. */
  evaluate(): Promise<Evaluation> {
    return this.#inTurn(() => this.#evaluate());
  }

  history() {
    return this.#recorder.toHistory();
  }

  /** State between two steps: everything a resumed run needs, or the network alone. */
  snapshot(what: 'state' | 'network'): Promise<{ tensors: FileTensor[]; record: CheckpointRecord }> {
    return this.#inTurn(async () => {
      await this.#drain();
      if (this.#error) {
        throw new AppError(
          'run/failed',
          `This run failed, so its weights are not worth keeping: ${this.#error.message}`,
        );
      }
      const tensors = await allocating(option(this.model.config, 'batchSize'), () =>
        what === 'state' ? readState(this.model) : readNetwork(this.model),
      );
      const { index, classNames } = this.data;
      return {
        tensors,
        record: {
          version: 1,
          runName: this.name,
          weighting: this.model.weightingId,
          config: { ...this.model.config },
          step: this.#step,
          elapsedMs: this.#elapsedMs,
          savedAt: Date.now(),
          classNames,
          dataset: { name: index.name, fingerprint: index.fingerprint, source: this.#parts.datasetSource },
          history: this.#recorder.toHistory(),
        },
      };
    });
  }

  summary(): RunSummary {
    const { data, model } = this;
    return {
      id: this.id,
      name: this.name,
      weighting: model.weightingId,
      config: { ...model.config },
      tasks: model.tasks.map(({ id, label }) => ({ id, label })),
      datasetId: data.index.id,
      datasetName: data.index.name,
      phase: this.#phase,
      step: this.#step,
      steps: this.steps,
      parameters: parameterCount(model),
      split: { train: data.train.length, test: data.test.length, rule: data.rule },
      classes: Object.fromEntries(model.tasks.map((task, t) => [task.id, data.classes[t]?.length ?? 0])),
      error: this.#wireError(),
    };
  }

  #wireError() {
    return this.#error && { code: this.#error.code, message: this.#error.message };
  }

  /** News since the last call. */
  takeUpdate(): RunUpdate {
    return {
      id: this.id,
      phase: this.#phase,
      step: this.recordedStep,
      stepsPerSecond: this.#speed.stepsPerSecond,
      imagesPerSecond: this.#speed.stepsPerSecond * option(this.model.config, 'batchSize'),
      learningRate: learningRateAt(this.model.config, this.#step),
      ...this.#recorder.takeNew(),
      warnings: [...this.#warnings, ...(this.#evaluationWarning ? [this.#evaluationWarning] : [])],
      ...(this.#compiling ? { compiling: this.#compiling } : {}),
      error: this.#wireError(),
    };
  }

  /** Frees the model once the step in flight has settled. */
  async dispose(): Promise<void> {
    if (!this.isOver) this.move('stop');
    this.#abort.abort();
    await this.settle();
    this.#stepper.dispose();
    disposeModel(this.model);
  }
}
