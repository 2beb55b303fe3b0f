/**
 * @file Steps a run. On WebGPU the step is recorded once and replayed from then on; before a replay counts, it has to
 * agree with tfjs, to the bit, on three steps. Elsewhere, or if it does not agree, tfjs runs every step.
 */
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { option } from '../../config/options';
import { forwardOutputs } from '../../evaluate/forwardPass';
import { allocating } from '../../gpu/allocating';
import { inScratch } from '../../gpu/capture/allocator';
import {
  type CapturedStep,
  type CaptureMemory,
  captureStep,
  writeTensor,
} from '../../gpu/capture/captureStep';
import { compileStep } from '../../gpu/capture/compileStep';
import { sameBits } from '../../gpu/capture/sameBits';
import { compileStateHash } from '../../gpu/capture/stateHash';
import { ownBackend, sparingly, upload } from '../../gpu/ownBackend';
import type { Model } from '../../model/model';
import { halfApplies } from '../../model/precision';
import { AppError } from '../../protocol/errors';
import type { Batch } from '../../samples/batches';
import { nameNumbers, type StepReport } from './report';
import { stepOnInputs, trainStep } from './step';
import { type AllValues, arrange, type InputTensors, inputTensors, inputValues } from './stepInputs';

/** Steps on which the replay is compared with tfjs. */
const checks = 3;
/** Steps by tfjs before the capture: they put every tensor on the GPU and compile every pipeline. */
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

  /** Why the steps are slower than they could be. */
  get warning(): string | null {
    if (option(this.#model.config, 'precision') === 'half' && !halfApplies(this.#model))
      return 'Half precision needs WebGPU: this run computes in float32.';
    return this.#warning;
  }
  /** Whether steps are replayed by now. */
  get replays(): boolean {
    return this.#phase === 'replaying';
  }
  /** Steps whose numbers come back together. */
  get readEvery(): number {
    return this.#capture?.readEvery ?? 1;
  }
  /** Begins to read back every step issued. */
  readNow(): void {
    this.#capture?.readNow();
  }
  /** Of the captured step, once there is one. */
  get memory(): CaptureMemory | null {
    return this.#capture?.memory ?? null;
  }

  /**
   * Before the first step: compiles all GPU programs of the run beside each other, those of its evaluations and of the
   * replay's check among them. `onProgress` hears how many are ready.
   */
  async prepare(
    batch: Batch,
    step: number,
    onProgress: (ready: number, all: number) => void = () => undefined,
  ): Promise<void> {
    const backend = ownBackend();
    if (!backend || this.#inputs) return;
    await allocating(batch.size, () => {
      const tensors = this.#write(backend, inputValues(this.#model, batch, step));
      const inputs = arrange(tensors, this.#model.tasks.length);
      const pass = () => {
        compileStateHash(backend.device);
        return [
          stepOnInputs(this.#model, inputs),
          ...forwardOutputs(this.#model, batch.size, [inputs.words, inputs.augment]),
        ];
      };
      return compileStep(backend, pass, onProgress);
    });
  }

  /**
   * Issues one step: when this returns, all later commands see its state. Its numbers are read once `readEvery` steps
   * wait for it, at `readNow`, or a frame later.
   * @param step counts from 0.
   * @returns `trainStep`'s numbers, named.
   */
  async step(batch: Batch, step: number): Promise<StepReport> {
    return nameNumbers(this.#model, await this.#issue(batch, step), batch.counts);
  }

  #issue(batch: Batch, step: number): Promise<Float32Array> {
    const backend = ownBackend();
    if (!backend) return read(trainStep(this.#model, batch, step));
    const tensors = this.#write(backend, inputValues(this.#model, batch, step));
    this.#stepped++;
    if (this.#phase === 'replaying' && this.#capture) return replayed(this.#capture);
    return this.#watched(batch.size, () => {
      if (this.#phase === 'eager' && this.#stepped > warmUp) return this.#record(backend, tensors);
      if (this.#phase === 'checking' && this.#stepped <= warmUp + 1 + checks && this.#capture)
        return this.#check(backend, this.#capture, tensors);
      return this.#eager(backend, tensors);
    });
  }

  /** A replay allocates nothing; any other step may find the GPU full, and then leaves room for the others. */
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
   * The inputs' fixed tensors, holding this step's values. Writes keep their place among the submits: steps on their way
   * still read what was there, so one buffer an input is enough and nothing waits.
   */
  #write(backend: WebGPUBackend, values: AllValues): InputTensors {
    if (!this.#inputs) {
      const tensors = inputTensors(values);
      // What is still in memory is worked on in memory, and its result would be recorded as a constant.
      sparingly(() => upload([...tensors.values()]));
      this.#inputs = { tensors, written: values };
      return tensors;
    }
    const { tensors, written } = this.#inputs;
    for (const [name, { values: next }] of values) {
      const tensor = tensors.get(name);
      const last = written.get(name)?.values;
      // What is large is new at every step.
      const same = next.length < 64 && next.every((value, i) => value === last?.[i]);
      if (tensor && !same) writeTensor(backend, tensor, next);
    }
    this.#inputs.written = values;
    return tensors;
  }

  #eager(backend: WebGPUBackend, tensors: InputTensors): Promise<Float32Array> {
    const step = () => stepOnInputs(this.#model, arrange(tensors, this.#model.tasks.length));
    // Before a replay takes over: tfjs would keep all the memory of a step that it never runs again.
    return read(this.#phase === 'refused' ? step() : inScratch(backend, step));
  }

  async #record(backend: WebGPUBackend, tensors: InputTensors): Promise<Float32Array> {
    try {
      const inputs = arrange(tensors, this.#model.tasks.length);
      this.#capture = captureStep(backend, () => [stepOnInputs(this.#model, inputs)], {
        variables: this.#model.variables,
      });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'gpu/capture') throw error;
      this.#refuse(error.message);
      return this.#eager(backend, tensors);
    }
    this.#phase = 'checking';
    return (await this.#capture.outputs[0]?.data()) as Float32Array;
  }

  /** The step twice from the same state: replayed, then by tfjs, whose result stands. */
  async #check(backend: WebGPUBackend, capture: CapturedStep, tensors: InputTensors): Promise<Float32Array> {
    const before = capture.state.copy();
    const replay = replayed(capture);
    capture.readNow();
    const replayedState = capture.state.hash();
    capture.state.restore(before);
    const eager = this.#eager(backend, tensors);
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

  /** Once all steps issued have resolved. */
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
