/**
 * @file One run: its model, its phase, and its steps, evaluations and snapshots, which happen one after the other. The
 * losses of a step are read back some steps later. An evaluation or a snapshot first waits until all of them are read.
 */

import { Mutex } from 'async-mutex';
import { learningRateAt } from '../../config/learningRate';
import { setLiveOption } from '../../config/liveOption';
import { option } from '../../config/options';
import { compileForward } from '../../evaluate/forwardPass';
import { heldOutLosses } from '../../evaluate/heldOutLosses';
import { scoreHeldOut } from '../../evaluate/scoreHeldOut';
import type { FileTensor } from '../../formats/tensorFile';
import { allocating } from '../../gpu/allocating';
import { disposeModel, type Model, readNetwork, readState } from '../../model/model';
import type { DatasetSummary, PixelsApi } from '../../protocol/dataset';
import { AppError } from '../../protocol/errors';
import type { Link } from '../../protocol/link';
import type { OptionValue } from '../../protocol/options';
import type { Evaluation, HeldOutSide } from '../../protocol/results';
import type { RunPhase, RunUpdate, WeightOrigin } from '../../protocol/runs';
import type { Batch, BatchStream } from '../../samples/batches';
import type { PreparedData } from '../../samples/prepare';
import type { CheckpointRecord } from '../checkpoints/checkpoint';
import { type StepMemory, togetherOf } from '../memory/stepMemory';
import { Stepper } from '../step/stepper';
import { nextPhase, type PhaseEvent } from './phase';
import { RunRecord } from './runRecord';
import type { Stepping } from './turns';
import { Unread } from './unread';

/** How many read-backs may be under way when the next step is issued. Each holds the numbers of one step or of several. */
const inFlight = 2;

export interface RunParts {
  id: string;
  name: string;
  model: Model;
  data: PreparedData;
  datasetSource: DatasetSummary['source'];
  stream: BatchStream;
  pixels: Link<PixelsApi>;
  /** What the run needs on the GPU, or null if that is not known. */
  memory: StepMemory | null;
  /** The run whose weights this run began with, or `null` if its weights were new. */
  startedFrom: WeightOrigin | null;
  /** The checkpoint from which a resumed run goes on. */
  from?: CheckpointRecord;
  onChange(run: Run): void;
  /** Called once, before the phase changes. */
  onFail(run: Run, error: AppError): void;
}

export class Run implements Stepping {
  readonly id: string;
  name: string;
  readonly model: Model;
  readonly data: PreparedData;
  readonly #parts: RunParts;
  readonly #record: RunRecord;
  readonly #stepper: Stepper;
  readonly #abort = new AbortController();
  #phase: RunPhase = 'idle';
  /** How many steps were issued. */
  #step = 0;
  readonly #unread = new Unread();
  #compiling: { ready: number; all: number } | null = null;
  #error: AppError | null = null;
  /** Lets only one step, evaluation or snapshot happen at a time, so that each sees the state between two steps. */
  readonly #turns = new Mutex();
  /** The compilation of the GPU programs of an evaluation, once it has begun. */
  #evaluationPrograms: Promise<void> | null = null;

  constructor(parts: RunParts) {
    this.id = parts.id;
    this.name = parts.name;
    this.model = parts.model;
    this.data = parts.data;
    this.#parts = parts;
    this.#stepper = new Stepper(parts.model);
    this.#record = new RunRecord(parts.model, parts.from);
    this.#step = parts.from?.step ?? 0;
    this.move('prepare');
    this.move('prepared');
    if (this.#step >= this.steps) this.move('finish');
  }

  get startedFrom(): WeightOrigin | null {
    return this.#parts.startedFrom;
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
  /** Whether the run can make no more steps. */
  get isOver(): boolean {
    return this.#phase === 'finished' || this.#phase === 'stopped' || this.#phase === 'failed';
  }
  get error(): AppError | null {
    return this.#error;
  }
  /** How many steps were read back and found sound. A script that waits for a step may rely on it. */
  get recordedStep(): number {
    return this.#record.step;
  }

  /** The estimated bytes that the run holds on the GPU. When the run is over, only its state is left. */
  get held(): number {
    const { memory } = this.#parts;
    return (this.isOver ? memory?.state : memory?.held) ?? 0;
  }
  /** The estimated bytes that the run holds at most. */
  get needed(): number {
    const { memory } = this.#parts;
    return memory ? togetherOf([memory]).peak : 0;
  }

  move(event: PhaseEvent): void {
    this.#phase = nextPhase(this.#phase, event);
    if (event === 'resume') this.#record.startClock();
    else {
      this.#record.pause();
      this.#stepper.readNow();
      this.#parts.stream.leave(this);
    }
    if (this.isOver) void this.#release();
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
    this.#parts.onFail(this, this.#error);
    this.move('fail');
  }

  /** See `setLiveOption`. */
  setOption(key: string, value: OptionValue): void {
    setLiveOption(this.model.config, this.#step, key, value);
  }

  get #isAhead(): boolean {
    return this.#unread.count > inFlight * this.#stepper.readEvery;
  }

  get hasRoom(): boolean {
    return !this.#turns.isLocked() && !this.#isAhead;
  }
  get stream(): BatchStream {
    return this.#parts.stream;
  }

  async room(): Promise<void> {
    if (!this.hasRoom) await (this.#turns.isLocked() ? this.#turns.waitForUnlock() : this.#unread.oldest());
  }

  /**
   * Issues one step as soon as there is room for it. It does nothing if the phase is no longer `when` by then. It never
   * rejects: a failure changes the phase of the run.
   * @param when 'paused' is for the single step that a person asks for.
   */
  advance(when: 'running' | 'paused' = 'running'): Promise<void> {
    return this.#turns.runExclusive(async () => {
      while (this.#isAhead) await this.#unread.oldest();
      if (this.#phase !== when) return;
      try {
        const batch = await this.#parts.stream.at(this.#step, this);
        await this.#compile(onProgress => this.#stepper.prepare(batch, this.#step, onProgress));
        if (this.#phase !== when || this.#abort.signal.aborted) return;
        if (when === 'paused') this.#record.startClock();
        this.#issue(batch);
        // They are compiled behind the first steps. If that fails, the evaluation tries again and reports it.
        this.#compileEvaluation().catch(() => undefined);
        const step = this.#step;
        const every = option(this.model.config, 'evaluateEvery');
        const last = step === this.steps;
        if (last) await this.#evaluate('test');
        else if (every > 0 && step % every === 0) {
          const evaluation = await this.#evaluate(this.#sideWhileTraining);
          // The strategy hears of these evaluations only. One that a person asks for must not change the run.
          this.model.weighting.hear?.(heldOutLosses(evaluation, this.model.tasks));
        }
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
    this.#unread.add(stepping, outcome => {
      if (this.#error) return;
      try {
        if (outcome.status === 'rejected') throw outcome.reason;
        const { warning } = this.#stepper;
        this.#record.add(step, outcome.value, { learningRate, warning, running: this.#phase === 'running' });
        this.#parts.onChange(this);
      } catch (error) {
        this.fail(error);
      }
    });
  }

  /** Compiles programs and shows the progress. The time for it does not count as training time. */
  async #compile(
    programs: (onProgress: (ready: number, all: number) => void) => Promise<void>,
  ): Promise<void> {
    try {
      await programs((ready, all) => {
        this.#compiling = { ready, all };
        this.#record.startClock();
        this.#parts.onChange(this);
      });
    } finally {
      this.#compiling = null;
    }
  }

  /** Compiles the programs of an evaluation once. `onProgress` is told of it if this call begins it. */
  #compileEvaluation(onProgress: (ready: number, all: number) => void = () => undefined): Promise<void> {
    this.#evaluationPrograms ??= compileForward(
      this.model,
      option(this.model.config, 'batchSize'),
      onProgress,
    ).catch(error => {
      this.#evaluationPrograms = null;
      throw error;
    });
    return this.#evaluationPrograms;
  }

  async #drain(): Promise<void> {
    this.#stepper.readNow();
    await this.#unread.all();
  }

  /** Frees the GPU memory that only steps need, because no step follows. */
  #release(): Promise<void> {
    return this.#turns.runExclusive(async () => {
      await this.#drain();
      this.#stepper.dispose();
    });
  }

  settle(): Promise<void> {
    return this.#turns.runExclusive(() => this.#drain());
  }

  /**
   * The test samples are for the end of the run: a person who sees their scores during training would choose settings by
   * them.
   */
  get #sideWhileTraining(): HeldOutSide {
    return this.data.validation.length > 0 ? 'validation' : 'test';
  }

  async #evaluate(side: HeldOutSide): Promise<Evaluation> {
    await this.#drain();
    if (this.#error) throw this.#error;
    const { model } = this;
    await this.#compile(onProgress => this.#compileEvaluation(onProgress));
    const evaluation = await scoreHeldOut(
      model,
      this.data,
      side,
      this.#parts.pixels,
      this.#step,
      this.#abort.signal,
      warning => this.#record.warnOfEvaluations(warning),
    );
    this.#record.addEvaluation(evaluation);
    this.#parts.onChange(this);
    return evaluation;
  }

  /** Scores the test samples now, between two steps. */
  evaluate(): Promise<Evaluation> {
    return this.#turns.runExclusive(() => this.#evaluate('test'));
  }

  history() {
    return this.#record.history();
  }

  /**
   * Reads the tensors back between two steps.
   * @param what 'state' is everything that a resumed run needs; 'network' is only the network.
   * @throws AppError `run/failed` when the run failed.
   */
  snapshot(what: 'state' | 'network'): Promise<{ tensors: FileTensor[]; record: CheckpointRecord }> {
    return this.#turns.runExclusive(async () => {
      await this.#drain();
      if (this.#error) {
        throw new AppError(
          'run/failed',
          `This run failed, so its weights are not worth keeping: ${this.#error.message}`,
        );
      }
      const tensors = await allocating(null, () =>
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
          elapsedMs: this.#record.elapsedMs,
          savedAt: Date.now(),
          classNames,
          dataset: { name: index.name, fingerprint: index.fingerprint, source: this.#parts.datasetSource },
          startedFrom: this.startedFrom,
          history: this.#record.history(),
        },
      };
    });
  }

  /** What is new since the last call. */
  takeUpdate(): RunUpdate {
    return {
      id: this.id,
      phase: this.#phase,
      ...this.#record.takeNews(),
      learningRate: learningRateAt(this.model.config, this.#step),
      ...(this.#compiling ? { compiling: this.#compiling } : {}),
      error: this.#error && { code: this.#error.code, message: this.#error.message },
    };
  }

  /** Frees the model when the steps under way are done. */
  async dispose(): Promise<void> {
    if (!this.isOver) this.move('stop');
    this.#abort.abort();
    await this.#release();
    disposeModel(this.model);
  }
}
