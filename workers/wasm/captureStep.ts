/**
 * @file Records a training step once, as tfjs runs it, and then repeats it without tfjs: a loop over commands. It has
 * the face of the WebGPU capture (`gpu/capture/captureStep.ts`).
 */

import type { CapturedStep, StepState } from '../gpu/capture/captureStep';
import * as tf from '../tf/tf';
import type { WasmBackend } from './backend';
import type { Command } from './recorder';
import { segmentsOf } from './sharing';

interface Home {
  variable: tf.Variable;
  /** Keeps the block alive while the variable has other data. */
  tensor: tf.Tensor;
  at: number;
  bytes: number;
}

/** The variables of a step, each with the block in which every replay reads and writes it. */
class Homes implements StepState {
  readonly #backend: WasmBackend;
  readonly #homes: readonly Home[];

  constructor(backend: WasmBackend, variables: readonly tf.Variable[]) {
    this.#backend = backend;
    this.#homes = variables
      .filter(({ dataId }) => backend.has(dataId))
      .map(variable => ({
        variable,
        tensor: tf.keep(variable.clone()),
        at: backend.addressOf(variable),
        bytes: variable.size * 4,
      }));
  }

  #away(): Home[] {
    return this.#homes.filter(
      ({ variable, tensor }) => !variable.isDisposed && variable.dataId !== tensor.dataId,
    );
  }

  /** Copies the values of assigned variables home, as commands of the step. */
  bringHome(): void {
    for (const { variable, at, bytes } of this.#away())
      this.#backend.run('copy', [this.#backend.addressOf(variable), at, bytes]);
  }

  settle(): void {
    this.bringHome();
    this.recall();
  }

  /** Undoes every assignment. */
  recall(): void {
    for (const { variable, tensor } of this.#away()) variable.assign(tensor);
  }

  snapshot(): { restore(): void } {
    this.settle();
    const copies = this.#homes.map(({ at, bytes }) => this.#backend.heap.bytes(at, bytes).slice());
    return {
      restore: () => {
        this.recall();
        this.#homes.forEach(({ at, bytes }, i) => {
          this.#backend.heap.bytes(at, bytes).set(copies[i] ?? []);
        });
      },
    };
  }

  async hash(): Promise<number[]> {
    this.settle();
    return this.#homes.map(({ at, bytes }) => {
      let hash = 0;
      for (const word of this.#backend.heap.integers(at, bytes / 4))
        hash = (Math.imul(hash ^ word, 0x9e3779b1) + Math.imul(hash, 31)) | 0;
      return hash;
    });
  }

  dispose(): void {
    for (const { tensor } of this.#homes) tensor.dispose();
  }
}

/**
 * Runs `step` once, for real, and records it. Everything that differs between steps must lie in tensors that
 * `writeTensor` changes. Variables may be assigned. `outputs` are float32.
 * @param changesState is false for a step that only reads the variables.
 * @param variables are all variables that the step may read or write. The default is all that exist.
 * @throws AppError `gpu/capture` if the step does something that a replay cannot repeat. The variables are then
 * restored.
 */
export function captureStep(
  backend: WasmBackend,
  step: () => readonly tf.Tensor[],
  {
    changesState = true,
    variables = Object.values(tf.engine().registeredVariables),
  }: { changesState?: boolean; variables?: readonly tf.Variable[] } = {},
): CapturedStep & { commands: readonly Command[] } {
  const state = new Homes(backend, variables);
  const before = changesState ? state.snapshot() : null;
  const outputs: tf.Tensor[] = [];
  const dispose = () => {
    for (const output of outputs) output.dispose();
    state.dispose();
  };
  try {
    const recording = backend.record(() => {
      const results = step();
      for (const result of results) {
        const output = tf.keep(tf.zeros(result.shape));
        outputs.push(output);
        backend.run('copy', [backend.addressOf(result), backend.addressOf(output), 4 * result.size]);
        result.dispose();
      }
      state.bringHome();
    });
    state.recall();
    const { commands, planned, fixed } = recording;
    const shared = backend.threads?.share(segmentsOf(commands)) ?? null;
    return {
      state,
      commands,
      outputs,
      readEvery: 1,
      readNow: () => undefined,
      dispatches: commands.length,
      memory: { recorded: planned, planned, fixed },
      async replay() {
        state.settle();
        if (shared) shared.run();
        else for (const { run } of commands) run();
        return outputs.map(output => backend.heap.floats(backend.addressOf(output), output.size).slice());
      },
      dispose() {
        dispose();
        shared?.dispose();
        recording.dispose();
      },
    };
  } catch (error) {
    before?.restore();
    dispose();
    throw error;
  }
}

/** Overwrites a tensor's numbers. A captured step gets its inputs in this way. */
export function writeTensor(
  backend: WasmBackend,
  tensor: tf.Tensor,
  values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>,
): void {
  backend.view(backend.addressOf(tensor), tensor.size, tensor.dtype).set(values);
}
