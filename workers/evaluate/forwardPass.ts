/**
 * @file The forward pass of the network in an evaluation, over batches of one shape. On WebGPU and WebAssembly the first batch is recorded.
 * On the second batch the replay is compared with tfjs. If both give the same bits, all later batches are replayed. The
 * recording shares no buffer with the recorded step of the run, and it is freed at the end of the evaluation.
 */

import { type Executor, executor } from '../executor/executor';
import { allocating } from '../gpu/allocating';
import type { CapturedStep } from '../gpu/capture/captureStep';
import { sameBits } from '../gpu/capture/sameBits';
import { augmentDraw, packBytes } from '../gpu/kernels/map/standardise';
import { sparingly, upload } from '../gpu/ownBackend';
import type { Model } from '../model/model';
import { inPrecisionOf } from '../model/precision';
import { l2Normalize } from '../ops/l2Normalize';
import type { Pass } from '../ops/pass';
import { standardise } from '../ops/standardise';
import { AppError } from '../protocol/errors';
import * as tf from '../tf/tf';

const inference: Pass = {
  training: false,
  batchNormDecay: null,
  dropout: () => {
    throw new Error('inference drops nothing');
  },
  onMoments: () => {
    throw new Error('inference uses the moving statistics');
  },
};

type Inputs = readonly [words: tf.Tensor1D, augment: tf.Tensor1D];

/** The input tensors of a pass. The caller disposes them. */
const inputTensors = (words: Int32Array<ArrayBuffer>): Inputs => [
  tf.tensor1d(words, 'int32'),
  tf.tensor1d(augmentDraw(0, 0, 0), 'int32'),
];

/**
 * Runs the network at inference. The feature maps are stored in the precision of the run.
 * @param inputs the RGB bytes of `batch` images as `packBytes` packs them, and the draw of `augmentDraw`. Both are int32.
 * @returns the logits of each task, `[batch, classes]`, then the embeddings, `[batch, bottleneck]`, of each task that has one.
 * They are float32, and the caller disposes them.
 */
export function forwardOutputs(model: Model, batch: number, [words, augment]: Inputs): tf.Tensor[] {
  const { network, tasks } = model;
  const outputs = () => {
    const { inputSize } = network;
    const z = network.trunk(standardise([batch, inputSize, inputSize, 3], words, augment), inference);
    const features = tasks.map((_, t) => network.branch(t, z, inference));
    const embedded = features.filter((_, t) => tasks[t]?.embeds);
    return [...features.map((f, t) => network.head(t, f)), ...embedded.map(f => l2Normalize(f))];
  };
  return tf.tidy(() => inPrecisionOf(model, outputs));
}

/**
 * Compiles the GPU programs of a forward pass in parallel, if the run has not compiled them yet.
 * @param onProgress is told how many are ready.
 */
export async function compileForward(
  model: Model,
  batch: number,
  onProgress: (ready: number, all: number) => void,
): Promise<void> {
  const backend = executor();
  if (!backend) return;
  const { inputSize } = model.network;
  const pass = () => {
    const bytes = new Uint8Array(batch * inputSize * inputSize * 3);
    const inputs = inputTensors(packBytes(bytes));
    upload(inputs);
    const outputs = forwardOutputs(model, batch, inputs);
    tf.dispose([...inputs]);
    return outputs;
  };
  await allocating(batch, () => backend.compile(pass, onProgress));
}

/**
 * How the next batch is computed: by tfjs, by tfjs while it is recorded, by tfjs and by the replay, or by the replay
 * alone.
 */
type Phase = 'eager' | 'recording' | 'checking' | 'replaying';

export class ForwardPass {
  readonly #model: Model;
  readonly #batch: number;
  readonly #backend = executor();
  #recording: { capture: CapturedStep; inputs: Inputs } | null = null;
  #phase: Phase;
  /** Resolves when the check under way is over. It is null if there was none. */
  #checked: Promise<unknown> | null = null;
  #warning: string | null = null;

  /**
   * @param batch the number of images in a pass.
   * @param passes how many passes will come. Two passes are not worth recording, because the second is the check.
   */
  constructor(model: Model, batch: number, passes: number) {
    this.#model = model;
    this.#batch = batch;
    this.#phase = this.#backend && passes > 2 ? 'recording' : 'eager';
  }

  /** Why the passes are slower than they could be, or null. */
  get warning(): string | null {
    return this.#warning;
  }

  /**
   * Issues one pass. The weights must not change until it resolves.
   * @param bytes the RGB bytes of at most one batch of images, `[images, size, size, 3]`. A shorter batch is filled up with
   * black images, because another shape would need other programs on the GPU. At inference every image is computed
   * alone, so this does not change the results.
   * @returns the logits of each task, then the embeddings of each task that has one. Each has one row for each image.
   */
  async run(bytes: Uint8Array<ArrayBuffer>, images: number): Promise<Float32Array[]> {
    const { inputSize } = this.#model.network;
    let full = bytes;
    if (images < this.#batch) {
      full = new Uint8Array(this.#batch * inputSize * inputSize * 3);
      full.set(bytes);
    }
    const words = packBytes(full);
    if (this.#checked) await this.#checked;
    const values = await (this.#phase === 'replaying' && this.#recording
      ? this.#replay(this.#recording, words)
      : allocating(this.#batch, () => this.#issue(words)));
    return values.map(rows => rows.slice(0, (rows.length / this.#batch) * images));
  }

  #issue(words: Int32Array<ArrayBuffer>): Promise<Float32Array[]> {
    if (this.#phase === 'checking' && this.#recording) {
      const check = this.#check(this.#recording, words);
      this.#checked = check.catch(() => undefined);
      return check;
    }
    const inputs = inputTensors(words);
    try {
      const recorded = this.#phase === 'recording' && this.#backend && this.#record(this.#backend, inputs);
      return recorded || this.#eager(inputs).finally(() => tf.dispose([...inputs]));
    } catch (error) {
      tf.dispose([...inputs]);
      throw error;
    }
  }

  /** Records a pass. It returns null if the pass cannot be recorded. */
  #record(backend: Executor, inputs: Inputs): Promise<Float32Array[]> | null {
    // tfjs computes on the CPU with tensors that are not on the GPU yet, and the capture would record the result as a
    // constant.
    sparingly(() => upload(inputs));
    try {
      const capture = backend.capture(() => forwardOutputs(this.#model, this.#batch, inputs), {
        changesState: false,
        variables: this.#model.variables,
      });
      this.#recording = { capture, inputs };
      this.#phase = 'checking';
      return Promise.all(capture.outputs.map(output => output.data<'float32'>()));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'gpu/capture') throw error;
      this.#refuse(error.message);
      return null;
    }
  }

  #replay(
    { capture, inputs: [input] }: { capture: CapturedStep; inputs: Inputs },
    words: Int32Array<ArrayBuffer>,
  ): Promise<Float32Array[]> {
    this.#backend?.write(input, words);
    const values = capture.replay();
    capture.readNow();
    return values;
  }

  /** Computes the same batch by the replay and by tfjs, and returns the result of tfjs. */
  async #check(
    recording: { capture: CapturedStep; inputs: Inputs },
    words: Int32Array<ArrayBuffer>,
  ): Promise<Float32Array[]> {
    const both = [this.#replay(recording, words), this.#eager(recording.inputs)] as const;
    const [replayed, eager] = await Promise.all(both);
    const agrees = eager.every((values, i) => sameBits(values, replayed[i] ?? new Float32Array()));
    if (agrees) this.#phase = 'replaying';
    else this.#refuse('a replayed batch differed from the same batch by tfjs.');
    return eager;
  }

  #eager(inputs: Inputs): Promise<Float32Array[]> {
    const outputs = sparingly(() => forwardOutputs(this.#model, this.#batch, inputs));
    const values = Promise.all(outputs.map(output => output.data<'float32'>()));
    return values.finally(() => tf.dispose(outputs));
  }

  #refuse(why: string): void {
    this.#warning = `Evaluations run at tfjs's speed, not replayed: ${why}`;
    this.#phase = 'eager';
    this.dispose();
  }

  dispose(): void {
    this.#recording?.capture.dispose();
    tf.dispose([...(this.#recording?.inputs ?? [])]);
    this.#recording = null;
  }
}
