/** @file All runs of this worker: creates them, steps the running ones in turn, and sends their news, at most once a frame. */
import { FORMATS } from '../formats/formats';
import { matchTensors } from '../formats/matchTensors';
import { allocating } from '../gpu/allocating';
import { sparingly, upload } from '../gpu/ownBackend';
import type { CheckpointInfo, ExportFormat, StartFrom } from '../protocol/checkpoints';
import type { DatasetSummary, PixelsApi } from '../protocol/dataset';
import type { MemoryEstimate } from '../protocol/device';
import type { Link } from '../protocol/link';
import { AppError } from '../protocol/link';
import type { RunUpdate } from '../protocol/runs';
import type { TrainingApi } from '../protocol/training';
import { hash } from '../random';
import { BatchStream } from './batches';
import { type CheckpointRecord, checkpointInfo } from './checkpoint';
import { putCheckpoint } from './checkpointStore';
import { MemoryEstimator } from './memoryEstimate';
import {
  createModel,
  disposeModel,
  type Model,
  networkShapes,
  stateShapes,
  writeNetwork,
  writeState,
} from './model';
import { option } from './options';
import { headSizes, type PreparedData, prepareData } from './prepare';
import { resolveConfig } from './resolveConfig';
import { Run } from './run';
import { randomName } from './runName';
import { tasksTrained, trainedTask, weightingId } from './strategy';
import { SYSTEMS } from './systems';
import { type TransferSource, transfer } from './transfer';
import { type FromFile, readWeightFile, writeWeightFile } from './weightFile';
import { yieldToMessages } from './yieldToMessages';

/** One message a frame at 60 Hz. */
const frameMs = 16;

export class Session {
  readonly #pixels: Link<PixelsApi>;
  readonly #emit: (updates: RunUpdate[]) => void;
  readonly #runs = new Map<string, Run>();
  readonly #changed = new Set<Run>();
  /** All runs, the one that has waited longest first. */
  readonly #queue = new Set<Run>();
  readonly #waiting = new Set<() => void>();
  readonly #memory = new MemoryEstimator();
  #nextId = 1;
  #looping = false;
  #flushing = false;

  constructor(pixels: Link<PixelsApi>, emit: (updates: RunUpdate[]) => void) {
    this.#pixels = pixels;
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

  /** See `TrainingApi.estimateMemory`. */
  async estimateMemory({
    datasetId,
    ...input
  }: Parameters<TrainingApi['estimateMemory']>[0]): Promise<MemoryEstimate | null> {
    const config = resolveConfig(input.config);
    const ids = input.weightings.map(weightingId);
    if (ids.length === 0) return null;
    const index = datasetId === null ? null : await this.#pixels.call('index', { id: datasetId });
    const classes = index
      ? headSizes(prepareData(index, config, tasksTrained(ids, config)))
      : SYSTEMS[config.system].tasks.map(() => 2);
    return this.#memory.estimate(config, ids, classes);
  }

  async create(input: Parameters<TrainingApi['createRuns']>[0]): Promise<Run[]> {
    const config = resolveConfig(input.config);
    const ids = input.weightings.map(weightingId);
    if (ids.length === 0) throw new AppError('weighting/none', 'Choose at least one weighting method.');
    const index = await this.#pixels.call('index', { id: input.datasetId });
    const data = prepareData(index, config, tasksTrained(ids, config));
    const source = input.startFrom && (await this.#transferSource(input.startFrom, data));
    this.#memory.assertFits(config, ids, headSizes(data));
    const stream = this.#stream(data, config);
    const models: Model[] = [];
    const batchSize = option(config, 'batchSize');
    try {
      for (const id of ids) {
        const model = await allocating(
          batchSize,
          () => createModel({ ...config }, id, headSizes(data)),
          disposeModel,
        );
        models.push(model);
        if (source) {
          await allocating(batchSize, () =>
            sparingly(() => {
              transfer(model.network, source);
              model.statistics.reload();
              upload(model.variables);
            }),
          );
        }
      }
    } catch (error) {
      models.forEach(disposeModel);
      throw error;
    }
    return models.map(model => this.#add({ model, data, stream, datasetSource: input.datasetSource }));
  }

  #stream(data: PreparedData, config: Model['config']): BatchStream {
    return new BatchStream(this.#pixels, data.index, data.train, data.classes.length, {
      batchSize: option(config, 'batchSize'),
      inputSize: option(config, 'inputSize'),
      seed: option(config, 'seed'),
    });
  }

  #add(parts: {
    model: Model;
    data: PreparedData;
    stream: BatchStream;
    datasetSource: DatasetSummary['source'];
    from?: CheckpointRecord;
  }): Run {
    const id = `run-${this.#nextId++}`;
    const name = parts.from?.runName ?? randomName(hash(Date.now(), id));
    const run = new Run({
      ...parts,
      id,
      name,
      pixels: this.#pixels,
      onChange: changed => this.#onChange(changed),
    });
    this.#runs.set(id, run);
    this.#queue.add(run);
    this.#onChange(run);
    return run;
  }

  async #transferSource(from: StartFrom, data: PreparedData): Promise<TransferSource> {
    const { tensors, record } =
      from.kind === 'run' ? await this.run(from.id).snapshot('network') : await readWeightFile(from);
    return {
      tensors: new Map(tensors.map(tensor => [tensor.name, tensor])),
      trainedTask: trainedTask(weightingId(record.weighting), record.config),
      sameHeads: JSON.stringify(record.classNames) === JSON.stringify(data.classNames),
    };
  }

  async inspect(from: FromFile): Promise<CheckpointInfo> {
    const { name, record, byteLength, resumes } = await readWeightFile(from);
    return checkpointInfo(name, record, byteLength, resumes);
  }

  /**
   * A paused run that goes on where the file ended; from a file of the network alone, one at step 0 from its weights.
   * Runs that exist are untouched if anything is wrong.
   */
  async restore(from: FromFile, datasetId: string, datasetSource: DatasetSummary['source']): Promise<Run> {
    const file = await readWeightFile(from);
    const { record } = file;
    const index = await this.#pixels.call('index', { id: datasetId });
    if (index.fingerprint !== record.dataset.fingerprint) {
      throw new AppError(
        'weights/dataset',
        `${file.name} was trained on "${record.dataset.name}"; the open dataset "${index.name}" differs from it. Open that dataset, then resume.`,
      );
    }
    const config = resolveConfig(record.config);
    const weighting = weightingId(record.weighting);
    const data = prepareData(index, config, tasksTrained([weighting], config));
    this.#memory.assertFits(config, [weighting], headSizes(data));
    const model = await allocating(
      option(config, 'batchSize'),
      () => createModel(config, weighting, headSizes(data)),
      disposeModel,
    );
    try {
      await allocating(option(config, 'batchSize'), () =>
        sparingly(() => {
          if (file.resumes) writeState(model, matchTensors(file, stateShapes(model)));
          else writeNetwork(model, matchTensors(file, networkShapes(model)));
          upload(model.variables);
        }),
      );
    } catch (error) {
      disposeModel(model);
      throw error;
    }
    const parts = { model, data, stream: this.#stream(data, config), datasetSource };
    return this.#add(file.resumes ? { ...parts, from: record } : parts);
  }

  async export(id: string, format: ExportFormat): Promise<Blob> {
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
    this.#queue.delete(run);
    await run.dispose();
  }

  failAll(error: AppError): void {
    for (const run of this.runs) run.fail(error);
  }

  /** Steps the running runs in turn until none runs. */
  async loop(): Promise<void> {
    if (this.#looping) return;
    this.#looping = true;
    try {
      for (;;) {
        const running = [...this.#queue].filter(run => run.phase === 'running');
        if (running.length === 0) break;
        // The one that has waited longest: compared runs alternate, and a resumed one does not wait for a new one. One
        // whose losses are on their way back keeps nobody else waiting.
        const next = running.find(run => run.hasRoom);
        if (!next) {
          await Promise.race(running.map(run => run.room()));
          continue;
        }
        this.#queue.delete(next);
        this.#queue.add(next);
        await next.advance();
        await yieldToMessages();
      }
    } finally {
      this.#looping = false;
    }
    for (const run of this.runs) await run.settle();
  }

  /** One step of a run, which is paused before and after. @throws AppError `run/phase` when it is over. */
  async step(id: string): Promise<void> {
    const run = this.run(id);
    run.move('step');
    await run.advance('paused');
    await run.settle();
  }

  async waitForStep(id: string, step: number, signal: AbortSignal): Promise<Run> {
    const run = this.run(id);
    while (run.recordedStep < step && !run.isOver) {
      signal.throwIfAborted();
      await new Promise<void>(resolve => {
        this.#waiting.add(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
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
      this.#emit(changed.map(candidate => candidate.takeUpdate()));
    }, frameMs);
  }
}
