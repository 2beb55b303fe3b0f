/**
 * @file The network's forward pass over batches of one shape, for an evaluation. On WebGPU the first batch is recorded
 * and the others are replays of it; the recording shares no buffer with the run's step and is gone with the evaluation.
 */
import * as tf from '@tensorflow/tfjs';
import { allocating } from '../gpu/allocating';
import { type CapturedStep, captureStep, writeTensor } from '../gpu/capture/captureStep';
import { bufferOf } from '../gpu/dispatch';
import { mirrorDraw, packBytes } from '../gpu/kernels/standardise';
import { ownBackend, sparingly } from '../gpu/ownBackend';
import type { Pass } from '../nets/network';
import { AppError } from '../protocol/link';
import { l2Normalize } from './losses';
import type { Model } from './model';
import { inPrecisionOf } from './precision';
import { standardise } from './standardise';

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

type Inputs = readonly [words: tf.Tensor1D, mirror: tf.Tensor1D];

/**
 * The network at inference, its maps in the precision of its run.
 * @param inputs `packBytes` of `batch` images' RGB, and `mirrorDraw`; both int32.
 * @returns logits of each task `[batch, classes]`, then embeddings `[batch, bottleneck]`: float32, and the caller's.
 */
export function forwardOutputs(model: Model, batch: number, [words, mirror]: Inputs): tf.Tensor[] {
  const { network, tasks } = model;
  const outputs = () => {
    const { inputSize } = network;
    const z = network.trunk(standardise([batch, inputSize, inputSize, 3], words, mirror), inference);
    const features = tasks.map((_, t) => network.branch(t, z, inference));
    return [...features.map((f, t) => network.head(t, f)), l2Normalize(features[0] as tf.Tensor2D)];
  };
  return tf.tidy(() => inPrecisionOf(model, outputs));
}

export class ForwardPass {
  readonly #model: Model;
  readonly #batch: number;
  readonly #backend = ownBackend();
  #recording: { capture: CapturedStep; inputs: Inputs } | null = null;
  /** Whether the next batch is to be recorded. */
  #records: boolean;

  /** @param batch images a pass. @param passes how many are to come: a single one is not worth recording. */
  constructor(model: Model, batch: number, passes: number) {
    this.#model = model;
    this.#batch = batch;
    this.#records = passes > 1;
  }

  /**
   * Issues one pass; its weights are those of the moment of the call.
   * @param bytes RGB of at most a batch of images, `[images, size, size, 3]`. A shorter batch is filled up, because
   * another shape is another program on the GPU; inference treats every image alone, so the filling changes nothing.
   * @returns one row an image: logits of each task, then embeddings.
   */
  async run(bytes: Uint8Array<ArrayBuffer>, images: number): Promise<Float32Array[]> {
    const { inputSize } = this.#model.network;
    let full = bytes;
    if (images < this.#batch) {
      full = new Uint8Array(this.#batch * inputSize * inputSize * 3);
      full.set(bytes);
    }
    const words = packBytes(full);
    const values = await (this.#recording
      ? this.#issue(words)
      : allocating(this.#batch, () => this.#issue(words)));
    return values.map(rows => rows.slice(0, (rows.length / this.#batch) * images));
  }

  #issue(words: Int32Array<ArrayBuffer>): Promise<Float32Array[]> {
    const backend = this.#backend;
    if (backend && this.#recording) {
      const { capture, inputs } = this.#recording;
      writeTensor(backend, inputs[0], words);
      const values = capture.replay();
      capture.readNow();
      return values;
    }
    const inputs: Inputs = [tf.tensor1d(words, 'int32'), tf.tensor1d(mirrorDraw(0, 0), 'int32')];
    if (backend && this.#records) {
      this.#records = false;
      // What is still in memory is worked on in memory, and its result would be recorded as a constant.
      for (const input of inputs) bufferOf(backend, input);
      try {
        const capture = captureStep(backend, () => forwardOutputs(this.#model, this.#batch, inputs), {
          changesState: false,
        });
        this.#recording = { capture, inputs };
        return Promise.all(capture.outputs.map(output => output.data<'float32'>()));
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'gpu/capture') throw error;
      }
    }
    const outputs = sparingly(() => forwardOutputs(this.#model, this.#batch, inputs));
    const values = Promise.all(outputs.map(output => output.data<'float32'>()));
    return values.finally(() => tf.dispose([...outputs, ...inputs]));
  }

  dispose(): void {
    this.#recording?.capture.dispose();
    tf.dispose([...(this.#recording?.inputs ?? [])]);
    this.#recording = null;
  }
}
