/**
 * @file Makes the steps of a run. On WebGPU and WebAssembly the step is recorded once and then replayed. The results of a replay are used only
 * after it gave the same bits as tfjs on three steps. On other backends, or if the bits differ, tfjs runs every step.
 */

import { option } from '../../config/options';
import { type Executor, executor } from '../../executor/executor';
import { allocating } from '../../gpu/allocating';
import type { CapturedStep, CaptureMemory } from '../../gpu/capture/captureStep';
import { sameBits } from '../../gpu/capture/sameBits';
import { sparingly, upload } from '../../gpu/ownBackend';
import type { Model } from '../../model/model';
import { halfApplies } from '../../model/precision';
import { AppError } from '../../protocol/errors';
import type { Batch } from '../../samples/batches';
import * as tf from '../../tf/tf';
import { nameNumbers, type StepReport } from './report';
import { stepOnInputs, trainStep } from './step';
import { type AllValues, arrange, type InputTensors, inputTensors, inputValues } from './stepInputs';

/** On how many steps the replay is compared with tfjs. */
const checks = 3;
/** How many steps tfjs runs before the capture. They put every tensor on the GPU and compile every pipeline. */
const warmUp = 1;

type Phase = 'eager' | 'checking' | 'replaying' | 'refused';

export class Stepper {
  readonly #model: Model;
  #phase: Phase = 'eager';
  #stepped = 0;
  #inputs: { tensors: InputTensors; written: AllValues } | null = null;
  #capture: CapturedStep | null = null;
  #agreed = 0;
  #warning: string | null = null;

  constructor(model: Model) {
    this.#model = model;
  }

  /** Why the steps are slower than they could be, or null. */
  get warning(): string | null {
    if (option(this.#model.config, 'precision') === 'half' && !halfApplies(this.#model))
      return 'Half precision needs WebGPU: this run computes in float32.';
    return this.#warning;
  }
  /** Whether the steps are replayed now. */
  get replays(): boolean {
    return this.#phase === 'replaying';
  }
  /** How many steps' numbers are read back together. */
  get readEvery(): number {
    return this.#capture?.readEvery ?? 1;
  }
  /** Starts to read back the numbers of all steps that were issued. */
  readNow(): void {
    this.#capture?.readNow();
  }
  /** The memory of the captured step, or null if there is none yet. */
  get memory(): CaptureMemory | null {
    return this.#capture?.memory ?? null;
  }

  /**
   * Compiles all GPU programs of a step in parallel before the first one, and that of the check of the replay. `onProgress`
   * is told how many are ready.
   */
  async prepare(
    batch: Batch,
    step: number,
    onProgress: (ready: number, all: number) => void = () => undefined,
  ): Promise<void> {
    const backend = executor();
    if (!backend || this.#inputs) return;
    await allocating(batch.size, () => {
      const tensors = this.#write(backend, inputValues(this.#model, batch, step));
      const inputs = arrange(tensors, this.#model.tasks.length);
      const pass = () => {
        backend.compileComparison();
        return [stepOnInputs(this.#model, inputs)];
      };
      return backend.compile(pass, onProgress);
    });
  }

  /**
   * Issues one step. When this function returns, all later commands see the state after the step. The numbers are read
   * when `readEvery` steps wait for it, when `readNow` is called, or a frame later.
   * @param step counts from 0.
   * @returns a promise of the step's numbers.
   */
  async step(batch: Batch, step: number): Promise<StepReport> {
    return nameNumbers(this.#model, await this.#issue(batch, step), batch.counts);
  }

  #issue(batch: Batch, step: number): Promise<Float32Array> {
    const backend = executor();
    if (!backend) return read(trainStep(this.#model, batch, step));
    const tensors = this.#write(backend, inputValues(this.#model, batch, step));
    this.#stepped++;
    if (this.#phase === 'replaying' && this.#capture) return replayed(this.#capture);
    return this.#watched(batch.size, () => {
      if (this.#phase === 'eager' && this.#stepped > warmUp) return this.#record(backend, tensors);
      if (this.#phase === 'checking' && this.#stepped <= warmUp + 1 + checks && this.#capture)
        return this.#check(this.#capture, tensors);
      return this.#eager(tensors);
    });
  }

  /**
   * Runs a step that is not replayed, so that it allocates memory. If the GPU is full, the capture is freed for the other
   * runs.
   */
  async #watched(batchSize: number, step: () => Promise<Float32Array>): Promise<Float32Array> {
    try {
      return await allocating(batchSize, step);
    } catch (error) {
      this.#capture?.dispose();
      this.#capture = null;
      throw error;
    }
  }

  /**
   * Writes the values of this step into the input tensors, which are the same for every step. The queue keeps the order of
   * writes and submits, so earlier steps still read their own values. One buffer for each input is enough, and nothing waits.
   */
  #write(backend: Executor, values: AllValues): InputTensors {
    if (!this.#inputs) {
      const tensors = inputTensors(values);
      // tfjs computes on the CPU with tensors that are not on the GPU yet, and the capture would record the result as a
      // constant.
      sparingly(() => upload([...tensors.values()]));
      this.#inputs = { tensors, written: values };
      return tensors;
    }
    const { tensors, written } = this.#inputs;
    for (const [name, { values: next }] of values) {
      const tensor = tensors.get(name);
      const last = written.get(name)?.values;
      // Large inputs are new at every step, so comparing them would be a waste.
      const same = next.length < 64 && next.every((value, i) => value === last?.[i]);
      if (tensor && !same) backend.write(tensor, next);
    }
    this.#inputs.written = values;
    return tensors;
  }

  #eager(tensors: InputTensors): Promise<Float32Array> {
    const step = () => stepOnInputs(this.#model, arrange(tensors, this.#model.tasks.length));
    // tfjs keeps freed buffers for its next step. If a replay will take over, there is no next step, so they are freed.
    return read(this.#phase === 'refused' ? step() : sparingly(step));
  }

  async #record(backend: Executor, tensors: InputTensors): Promise<Float32Array> {
    try {
      const inputs = arrange(tensors, this.#model.tasks.length);
      this.#capture = backend.capture(() => [stepOnInputs(this.#model, inputs)], {
        variables: this.#model.variables,
      });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'gpu/capture') throw error;
      this.#refuse(error.message);
      return this.#eager(tensors);
    }
    this.#phase = 'checking';
    return (await this.#capture.outputs[0]?.data()) as Float32Array;
  }

  /** Makes the step twice from the same state: first by the replay, then by tfjs. The result of tfjs is kept. */
  async #check(capture: CapturedStep, tensors: InputTensors): Promise<Float32Array> {
    const before = capture.state.snapshot();
    const replay = replayed(capture);
    capture.readNow();
    const replayedState = capture.state.hash();
    before.restore();
    const eager = this.#eager(tensors);
    capture.state.settle();
    const eagerState = capture.state.hash();
    const [a, b, stateA, stateB] = await Promise.all([replay, eager, replayedState, eagerState]);
    const agrees = sameBits(a, b) && stateA.every((hash, i) => hash === stateB[i]);
    if (!agrees) this.#refuse('a replayed step differed from the same step by tfjs.');
    else if (++this.#agreed === checks && this.#phase === 'checking') this.#phase = 'replaying';
    return b;
  }

  #refuse(why: string): void {
    this.#warning = `Steps run at tfjs's speed, not replayed: ${why}`;
    this.#phase = 'refused';
    this.#capture?.dispose();
    this.#capture = null;
  }

  /** Frees the capture and the inputs. All issued steps must have resolved. */
  dispose(): void {
    this.#capture?.dispose();
    this.#capture = null;
    if (this.#inputs) tf.dispose([...this.#inputs.tensors.values()]);
    this.#inputs = null;
  }
}

async function read(metrics: tf.Tensor1D): Promise<Float32Array> {
  try {
    return (await metrics.data()) as Float32Array;
  } finally {
    metrics.dispose();
  }
}

async function replayed(capture: CapturedStep): Promise<Float32Array> {
  const [values] = await capture.replay();
  return values as Float32Array;
}
