/**
 * @file All runs of this worker. The session creates them, lets them step in turn, and sends their news at most once per
 * frame.
 */

import { option } from '../config/options';
import { resolveConfig } from '../config/resolveConfig';
import { trainedTask, weightingId } from '../config/strategy';
import { FORMATS, formatId } from '../formats/formats';
import { matchTensors } from '../formats/matchTensors';
import {
  disposeModel,
  type Model,
  networkShapes,
  stateShapes,
  writeNetwork,
  writeState,
} from '../model/model';
import { type TransferSource, transfer } from '../model/transfer';
import type { CheckpointInfo, StartFrom } from '../protocol/checkpoints';
import type { DatasetSummary, PixelsApi } from '../protocol/dataset';
import type { MemoryEstimate } from '../protocol/device';
import { AppError } from '../protocol/errors';
import type { Link } from '../protocol/link';
import type { RunUpdate, WeightOrigin } from '../protocol/runs';
import type { TrainingApi } from '../protocol/training';
import { hash } from '../random';
import { BatchStream } from '../samples/batches';
import { OpenIndexes } from '../samples/openIndexes';
import { headSizes, type PreparedData, prepareRuns } from '../samples/prepare';
import { tasksOf } from '../tasks/systems';
import { checkpointInfo } from './checkpoints/checkpoint';
import { putCheckpoint } from './checkpoints/checkpointStore';
import { originOf } from './checkpoints/origin';
import { type FromFile, readWeightFile, writeWeightFile } from './checkpoints/weightFile';
import { MemoryEstimator } from './memory/memoryEstimate';
import { type StepMemory, togetherOf } from './memory/stepMemory';
import { newModel } from './run/newModel';
import { Run, type RunParts } from './run/run';
import { randomName } from './run/runName';
import { Turns } from './run/turns';

/** The time between two messages to the page, in milliseconds: one frame at 60 Hz. */
const frameMs = 16;

export class Session {
  readonly #pixels: Link<PixelsApi>;
  readonly #emit: (updates: RunUpdate[]) => void;
  readonly #runs = new Map<string, Run>();
  readonly #changed = new Set<Run>();
  readonly #turns = new Turns();
  readonly #waiting = new Set<() => void>();
  readonly #indexes: OpenIndexes;
  readonly #memory = new MemoryEstimator();
  #nextId = 1;
  #flushing = false;

  constructor(pixels: Link<PixelsApi>, emit: (updates: RunUpdate[]) => void) {
    this.#pixels = pixels;
    this.#indexes = new OpenIndexes(pixels);
    this.#emit = emit;
  }

  get runs(): Run[] {
    return [...this.#runs.values()];
  }

  /** @throws AppError `run/unknown`. */
  run(id: string): Run {
    const run = this.#runs.get(id);
    if (!run) throw new AppError('run/unknown', `There is no run "${id}".`);
    return run;
  }

  datasetClosed(id: string): void {
    this.#indexes.forget(id);
  }

  /** See `TrainingApi.estimateMemory`. */
  async estimateMemory({
    datasetId,
    ...input
  }: Parameters<TrainingApi['estimateMemory']>[0]): Promise<MemoryEstimate | null> {
    const config = resolveConfig(input.config);
    const ids = input.weightings.map(weightingId);
    if (ids.length === 0) return null;
    const index = datasetId === null ? null : await this.#indexes.get(datasetId);
    const classes = index ? headSizes(prepareRuns(index, config, ids)) : tasksOf(config).map(() => 2);
    return this.#memory.estimate(config, ids, classes, this.#held());
  }

  /** The estimated bytes that all runs except `but` hold. */
  #held(but?: Run): number {
    return this.runs.reduce((bytes, run) => bytes + (run === but ? 0 : run.held), 0);
  }

  /** @param needed the estimated bytes of all runs when `error` came. */
  #learn(error: unknown, needed: number): void {
    if (error instanceof AppError && error.code === 'memory/full') this.#memory.hadNoRoomFor(needed);
  }

  /** Waits for the model of a new run. @param needs the need of each run that is created with it. */
  async #made(needs: readonly StepMemory[], model: Promise<Model>): Promise<Model> {
    try {
      return await model;
    } catch (error) {
      this.#learn(error, this.#held() + togetherOf(needs).peak);
      throw error;
    }
  }

  async create(input: Parameters<TrainingApi['createRuns']>[0]): Promise<Run[]> {
    const config = resolveConfig(input.config);
    const ids = input.weightings.map(weightingId);
    if (ids.length === 0) throw new AppError('weighting/none', 'Choose at least one weighting method.');
    const index = await this.#indexes.get(input.datasetId);
    const data = prepareRuns(index, config, ids);
    const start = input.startFrom && (await this.#startFrom(input.startFrom, data));
    const classes = headSizes(data);
    const needs = this.#memory.assertFits(config, ids, classes);
    const begin = (model: Model) => {
      if (!start) return;
      transfer(model.network, model.tasks, start.source);
      model.statistics.reload();
    };
    const models: Model[] = [];
    try {
      for (const id of ids) models.push(await this.#made(needs, newModel({ ...config }, id, classes, begin)));
    } catch (error) {
      models.forEach(disposeModel);
      throw error;
    }
    const shared = {
      ...{ data, stream: this.#stream(data, config), datasetSource: input.datasetSource },
      startedFrom: start?.origin ?? null,
    };
    return models.map((model, i) => this.#add({ ...shared, model, memory: needs[i] ?? null }));
  }

  #stream(data: PreparedData, config: Model['config']): BatchStream {
    return new BatchStream(this.#pixels, data.index, data.train, data.classes.length, {
      batchSize: option(config, 'batchSize'),
      inputSize: option(config, 'inputSize'),
      seed: option(config, 'seed'),
    });
  }

  #add(parts: Omit<RunParts, 'id' | 'name' | 'pixels' | 'onChange' | 'onFail'>): Run {
    const id = `run-${this.#nextId++}`;
    const name = parts.from?.runName ?? randomName(hash(Date.now(), id));
    const run = new Run({
      ...parts,
      id,
      name,
      pixels: this.#pixels,
      onChange: changed => this.#onChange(changed),
      onFail: (failed, error) => this.#learn(error, this.#held(failed) + failed.needed),
    });
    this.#runs.set(id, run);
    this.#turns.add(run);
    this.#onChange(run);
    return run;
  }

  async #startFrom(
    from: StartFrom,
    data: PreparedData,
  ): Promise<{ source: TransferSource; origin: WeightOrigin }> {
    const weights =
      from.kind === 'run' ? await this.run(from.id).snapshot('network') : await readWeightFile(from);
    const { tensors, record } = weights;
    const source = {
      tensors: new Map(tensors.map(tensor => [tensor.name, tensor])),
      tasks: tasksOf(record.config),
      trainedTask: trainedTask(weightingId(record.weighting), record.config),
      sameHeads: JSON.stringify(record.classNames) === JSON.stringify(data.classNames),
    };
    return { source, origin: originOf(from, weights) };
  }

  async inspect(from: FromFile): Promise<CheckpointInfo> {
    const { name, record, byteLength, resumes } = await readWeightFile(from);
    return checkpointInfo(name, record, byteLength, resumes);
  }

  /**
   * Makes a paused run from a file. If the file holds the whole state, the run goes on where the file ended. If it holds only
   * the network, the run starts at step 0 with these weights. An error leaves the other runs as they are.
   * @throws AppError `weights/dataset` when the file belongs to another dataset, the errors of `readWeightFile` and of
   * `matchTensors`, and `memory/buffer` or `memory/full` when the GPU has no room.
   */
  async restore(from: FromFile, datasetId: string, datasetSource: DatasetSummary['source']): Promise<Run> {
    const file = await readWeightFile(from);
    const { record } = file;
    const index = await this.#indexes.get(datasetId);
    if (index.fingerprint !== record.dataset.fingerprint) {
      throw new AppError(
        'weights/dataset',
        `${file.name} was trained on "${record.dataset.name}"; the open dataset "${index.name}" differs from it. Open that dataset, then resume.`,
      );
    }
    const config = resolveConfig(record.config);
    const weighting = weightingId(record.weighting);
    const data = prepareRuns(index, config, [weighting]);
    const classes = headSizes(data);
    const needs = this.#memory.assertFits(config, [weighting], classes);
    const fill = (begun: Model) => {
      if (file.resumes) writeState(begun, matchTensors(file, stateShapes(begun)));
      else writeNetwork(begun, matchTensors(file, networkShapes(begun)));
    };
    const model = await this.#made(needs, newModel(config, weighting, classes, fill));
    const [memory = null] = needs;
    const parts = { model, data, stream: this.#stream(data, config), datasetSource, memory };
    return this.#add(
      file.resumes
        ? { ...parts, startedFrom: record.startedFrom, from: record }
        : { ...parts, startedFrom: originOf(from, file) },
    );
  }

  /** @throws AppError `weights/format` when there is no such format. */
  async export(id: string, wanted: string): Promise<Blob> {
    const format = formatId(wanted);
    const { tensors, record } = await this.run(id).snapshot(FORMATS[format].resumes ? 'state' : 'network');
    return writeWeightFile(format, tensors, record);
  }

  async save(id: string, name: string): Promise<CheckpointInfo> {
    const { tensors, record } = await this.run(id).snapshot('state');
    const file = await writeWeightFile('safetensors', tensors, record);
    const info = checkpointInfo(name, record, file.size, true);
    await putCheckpoint(info, file);
    return info;
  }

  async remove(id: string): Promise<void> {
    const run = this.run(id);
    this.#runs.delete(id);
    this.#turns.delete(run);
    await run.dispose();
  }

  failAll(error: AppError): void {
    for (const run of this.runs) run.fail(error);
  }

  /** Lets the running runs step in turn until no run is running. */
  loop(): Promise<void> {
    return this.#turns.loop();
  }

  /** Makes one step. The run is paused before and after it. @throws AppError `run/phase` when the run is over. */
  async step(id: string): Promise<void> {
    const run = this.run(id);
    run.move('step');
    await run.advance('paused');
    await run.settle();
  }

  async waitForStep(id: string, step: number, signal: AbortSignal): Promise<Run> {
    const run = this.run(id);
    let wake = () => {};
    signal.addEventListener('abort', () => wake(), { once: true });
    while (run.recordedStep < step && !run.isOver) {
      signal.throwIfAborted();
      await new Promise<void>(resolve => {
        wake = resolve;
        this.#waiting.add(resolve);
      });
    }
    if (run.error) throw run.error;
    return run;
  }

  #onChange(run: Run): void {
    this.#changed.add(run);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    if (this.#flushing) return;
    this.#flushing = true;
    setTimeout(() => {
      this.#flushing = false;
      const changed = [...this.#changed].filter(candidate => this.#runs.has(candidate.id));
      this.#changed.clear();
      if (changed.length > 0) this.#emit(changed.map(candidate => candidate.takeUpdate()));
    }, frameMs);
  }
}
