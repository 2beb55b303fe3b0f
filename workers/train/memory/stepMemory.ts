/**
 * @file Finds out how much GPU memory a run will need before the run exists. The step is captured on a device that only
 * counts. So the numbers are those of a real capture, for any network, strategy, option and batch.
 */
import { option } from '../../config/options';
import type { WeightingId } from '../../config/strategy';
import { forwardOutputs } from '../../evaluate/forwardPass';
import { captureStep } from '../../gpu/capture/captureStep';
import { bufferOf } from '../../gpu/dispatch';
import type { DeviceTraits, Ledger } from '../../gpu/rehearsal/countingDevice';
import { rehearse } from '../../gpu/rehearsal/rehearse';
import { createModel, disposeModel, type Model } from '../../model/model';
import type { RunConfig } from '../../protocol/runs';
import type { Batch } from '../../samples/batches';
import * as tf from '../../tf/tf';
import type { WebGPUBackend } from '../../tf/webgpu';
import { stepOnInputs } from '../step/step';
import { arrange, inputTensors, inputValues, type StepInputs } from '../step/stepInputs';

/** All numbers are bytes, except `dispatches`. */
export interface StepMemory {
  parameters: number;
  /** All variables: parameters, the optimizer's slots, moving statistics, centers and the strategy's own variables. */
  state: number;
  /** A batch and the other inputs of a step. */
  inputs: number;
  /** The intermediate results of the step, as the replay stores them. */
  planned: number;
  /** Constants and uniforms. */
  fixed: number;
  /**
   * All that the run holds while its steps are replayed: `state`, `inputs`, `planned`, `fixed`, and what tfjs does not
   * free.
   */
  held: number;
  /**
   * What each of the first steps needs for a moment: the step's values, kept as long as tfjs keeps them, and its
   * constants.
   */
  recorded: number;
  /**
   * What scoring the held-out samples needs in addition: during the whole evaluation, and while its first batches are
   * recorded.
   */
  evaluation: { held: number; recorded: number };
  /** The largest single buffer. */
  largest: number;
  /** How many GPU dispatches a step has. */
  dispatches: number;
}

function blankBatch(config: RunConfig, tasks: number): Batch {
  const size = option(config, 'batchSize');
  return {
    ...{ step: 0, size, beginsEpoch: false, counts: Array(tasks).fill(size) },
    bytes: new Uint8Array(size * option(config, 'inputSize') ** 2 * 3),
    labels: Array.from({ length: tasks }, () => new Int32Array(size)),
  };
}

const byteLength = (tensors: readonly { size: number }[]) =>
  tensors.reduce((bytes, { size }) => bytes + 4 * size, 0);

function measure(
  backend: WebGPUBackend,
  ledger: Ledger,
  config: RunConfig,
  weighting: WeightingId,
  classes: readonly number[],
): StepMemory {
  const others = new Set(Object.values(tf.engine().registeredVariables));
  const model = createModel(config, weighting, classes, 'blank');
  const inputs = inputTensors(inputValues(model, blankBatch(config, classes.length), 0));
  try {
    for (const tensor of inputs.values()) bufferOf(backend, tensor);
    const arranged = arrange(inputs, classes.length);
    const capture = captureStep(backend, () => [stepOnInputs(model, arranged)]);
    const variables = Object.values(tf.engine().registeredVariables).filter(one => !others.has(one));
    const state = byteLength(variables);
    const { planned, recorded, fixed } = capture.memory;
    const held = ledger.living;
    const evaluation = measureEvaluation(backend, ledger, model, arranged);
    const memory = {
      parameters: byteLength(model.network.parameters.map(({ variable }) => variable)),
      ...{ state, inputs: byteLength([...inputs.values()]), planned, fixed, held },
      ...{ recorded: recorded + fixed, evaluation, largest: ledger.largest },
      dispatches: capture.dispatches,
    };
    capture.dispose();
    return memory;
  } finally {
    tf.dispose([...inputs.values()]);
    disposeModel(model);
  }
}

/** Captures one forward pass over a batch of the same size as the step's. */
function measureEvaluation(
  backend: WebGPUBackend,
  ledger: Ledger,
  model: Model,
  { words, augment }: Pick<StepInputs, 'words' | 'augment'>,
): StepMemory['evaluation'] {
  const before = ledger.living;
  const batch = option(model.config, 'batchSize');
  const capture = captureStep(backend, () => forwardOutputs(model, batch, [words, augment]), {
    changesState: false,
  });
  const { recorded, fixed } = capture.memory;
  const held = ledger.living - before + byteLength([words, augment]);
  capture.dispose();
  return { held, recorded: recorded + fixed };
}

/**
 * The bytes that compared runs need together.
 * @returns `held`: what they hold while they step; `scoring`: the most while they score; `peak`: the most at any time.
 */
export function togetherOf(runs: readonly StepMemory[]): { held: number; scoring: number; peak: number } {
  const sum = (of: (run: StepMemory) => number) => runs.reduce((bytes, run) => bytes + of(run), 0);
  const most = (of: (run: StepMemory) => number) => Math.max(...runs.map(of));
  const held = sum(run => run.held);
  // A capture keeps a copy of the run's state until its plan is made. Checking the replay needs the plan and a step by tfjs.
  const starting = most(({ recorded, state, planned }) => recorded + Math.max(0, state - planned));
  const passes = sum(({ evaluation }) => evaluation.held) + most(({ evaluation }) => evaluation.recorded);
  return { held, scoring: held + passes, peak: held + Math.max(starting, passes) };
}

/**
 * The memory that a run will need on a device with these traits.
 * @param classes the number of outputs of each task's head.
 * @throws AppError `gpu/grid` when the batch is too large for a kernel. Errors of the capture are passed on.
 */
export function stepMemory(
  traits: DeviceTraits,
  config: RunConfig,
  weighting: WeightingId,
  classes: readonly number[],
): StepMemory {
  return rehearse(traits, (backend, ledger) => measure(backend, ledger, config, weighting, classes));
}
