/** @file All runs of this worker: creates them, steps the running ones in turn, and sends their news, at most once a frame. */
import { FORMATS } from '../formats/formats';
import { matchTensors } from '../formats/matchTensors';
import type { TensorFile } from '../formats/tensorFile';
import type { Link } from '../protocol/link';
import { AppError } from '../protocol/link';
import type {
  CheckpointInfo,
  DatasetSummary,
  ExportFormat,
  PixelsApi,
  RunUpdate,
  StartFrom,
  TrainingApi,
} from '../protocol/messages';
import { hash } from '../random';
import { BatchStream } from './batches';
import { type CheckpointRecord, checkpointInfo, readRecord, writeRecord } from './checkpoint';
import { getCheckpoint, putCheckpoint } from './checkpointStore';
import { createModel, disposeModel, type Model, stateShapes, weightingId, writeState } from './model';
import { option, resolveConfig } from './options';
import { type PreparedData, prepareData } from './prepare';
import { Run } from './run';
import { randomName } from './runName';
import { type TransferSource, transfer } from './transfer';
import { yieldToMessages } from './yieldToMessages';

type FromFile = Exclude<StartFrom, { kind: 'run' }>;
/** One message a frame at 60 Hz. */
const frameMs = 16;

export class Session {
  readonly #pixels: Link<PixelsApi>;
  readonly #emit: (updates: RunUpdate[]) => void;
  readonly #runs = new Map<string, Run>();
  readonly #changed = new Set<Run>();
  readonly #waiting = new Set<() => void>();
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

  async create(input: Parameters<TrainingApi['createRuns']>[0]): Promise<Run[]> {
    const config = resolveConfig(input.config);
    const ids = input.weightings.map(weightingId);
    if (ids.length === 0) throw new AppError('weighting/none', 'Choose at least one weighting method.');
    const data = prepareData(await this.#pixels.call('index', { id: input.datasetId }), config);
    const source = input.startFrom && (await this.#transferSource(input.startFrom, data));
    const stream = this.#stream(data, config);
    const models: Model[] = [];
    try {
      for (const id of ids) {
        const model = createModel(
          { ...config },
          id,
          data.classes.map(list => list.length),
        );
        models.push(model);
        if (source) {
          transfer(model.network, source);
          model.statistics.reload();
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
    this.#onChange(run);
    return run;
  }

  async #transferSource(from: StartFrom, data: PreparedData): Promise<TransferSource> {
    const { tensors, record } =
      from.kind === 'run' ? await this.run(from.id).snapshot('network') : await this.#open(from);
    return {
      tensors: new Map(tensors.map(tensor => [tensor.name, tensor])),
      singleTask: record.weighting === 'single',
      sameHeads: JSON.stringify(record.classNames) === JSON.stringify(data.classNames),
    };
  }

  async #open(
    from: FromFile,
  ): Promise<TensorFile & { record: CheckpointRecord; byteLength: number; name: string }> {
    const [blob, name] =
      from.kind === 'file' ? [from.file, from.fileName] : [await getCheckpoint(from.name), from.name];
    const head = new Uint8Array(await blob.slice(0, 16).arrayBuffer());
    const format = Object.values(FORMATS).find(candidate => candidate.recognises(head));
    if (!format) {
      throw new AppError(
        'weights/format',
        `${name} is neither a safetensors file nor a zip with a tfjs model. Import a file that Seesaw exported.`,
      );
    }
    const file = await format.read(blob);
    return { ...file, record: readRecord(file), byteLength: blob.size, name };
  }

  async inspect(from: FromFile): Promise<CheckpointInfo> {
    const { name, record, byteLength } = await this.#open(from);
    return checkpointInfo(name, record, byteLength);
  }

  /** A paused run that goes on where the checkpoint ended. Runs that exist are untouched if anything is wrong. */
  async restore(from: FromFile, datasetId: string, datasetSource: DatasetSummary['source']): Promise<Run> {
    const file = await this.#open(from);
    const { record } = file;
    const index = await this.#pixels.call('index', { id: datasetId });
    if (index.fingerprint !== record.dataset.fingerprint) {
      throw new AppError(
        'weights/dataset',
        `${file.name} was trained on "${record.dataset.name}"; the open dataset "${index.name}" differs from it. Open that dataset, then resume.`,
      );
    }
    const { system, preset, ...options } = record.config;
    const config = resolveConfig({ system, preset, ...options });
    const data = prepareData(index, config);
    const model = createModel(
      config,
      weightingId(record.weighting),
      data.classes.map(list => list.length),
    );
    try {
      const shapes = stateShapes(model);
      // A tfjs export holds the network alone: optimizer, Ψ and centers start afresh from it.
      const complete = file.tensors.some(({ name }) => name.startsWith('optimizer/'));
      if (complete) writeState(model, matchTensors(file, shapes));
      else {
        transfer(model.network, {
          tensors: new Map(file.tensors.map(tensor => [tensor.name, tensor])),
          singleTask: false,
          sameHeads: true,
        });
        model.statistics.reload();
      }
    } catch (error) {
      disposeModel(model);
      throw error;
    }
    return this.#add({ model, data, stream: this.#stream(data, config), datasetSource, from: record });
  }

  async export(id: string, format: ExportFormat): Promise<Blob> {
    const { tensors, record } = await this.run(id).snapshot(format === 'safetensors' ? 'state' : 'network');
    return FORMATS[format].write({ tensors, metadata: writeRecord(record) });
  }

  async save(id: string, name: string): Promise<CheckpointInfo> {
    const { tensors, record } = await this.run(id).snapshot('state');
    const file = await FORMATS.safetensors.write({ tensors, metadata: writeRecord(record) });
    const info = checkpointInfo(name, record, file.size);
    await putCheckpoint(info, file);
    return info;
  }

  async remove(id: string): Promise<void> {
    const run = this.run(id);
    this.#runs.delete(id);
    await run.dispose();
  }

  failAll(error: AppError): void {
    for (const run of this.runs) run.fail(error);
  }

  /** Steps the running runs in turn, the one that is furthest behind first, until none runs. */
  async loop(): Promise<void> {
    if (this.#looping) return;
    this.#looping = true;
    try {
      for (;;) {
        const running = this.runs.filter(run => run.phase === 'running');
        const next = running.sort((a, b) => a.step - b.step)[0];
        if (!next) break;
        await next.advance();
        await yieldToMessages();
      }
    } finally {
      this.#looping = false;
    }
    for (const run of this.runs) await run.settle();
  }

  async waitForStep(id: string, step: number, signal: AbortSignal): Promise<Run> {
    const run = this.run(id);
    const over = () => ['finished', 'stopped', 'failed'].includes(run.phase);
    while (run.recordedStep < step && !over()) {
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
