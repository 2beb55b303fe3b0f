/**
 * @file The kernels of the dynamic-weight unit (see `workers/weighting/dynamicWeightUnit.ts`) share these sizes, and
 * the record that the forward pass writes for each sample. A record has the logits f `[rows]` and their softmax
 * `[rows]`, both 0 for a task without a sample in the batch. Then it has the factor by which Z is multiplied before
 * ψ, and the squared length of the vector that was divided by its length (1 if there was none).
 */
export interface UnitShape {
  batch: number;
  zSize: number;
  /** The number of tasks that share the weight. */
  rows: number;
  /** Divides Z by its length before it is multiplied by ψ. */
  normaliseZ: boolean;
  /** The softmax takes f divided by its length, times `logitScale`. */
  normaliseLogits: boolean;
  logitScale: number;
}

/** Tells where a task's presence, 1 or 0, stands in `[tasks]`. */
export interface FirstTask {
  /** The number of tasks before the first one that has a row. */
  firstTask: number;
}

/** The presence of the tasks for an example. If there are several tasks, the last one is absent. */
export const examplePresence = (tasks: number): Float32Array =>
  Float32Array.from({ length: tasks }, (_, i) => (i > 0 && i === tasks - 1 ? 0 : 1));

/** Avoids 0 / 0 if features or logits are 0. Real squared lengths are far above it. */
export const tinySquare = 1e-12;

/** The number of numbers in one sample's record. */
export const recordLength = (rows: number): number => 2 * rows + 2;

/** Every way to normalise, sizes off the workgroup's, one sample, one task. */
export const unitCases: readonly UnitShape[] = [
  { batch: 5, zSize: 70, rows: 2, normaliseZ: true, normaliseLogits: false, logitScale: 1 },
  { batch: 70, zSize: 9, rows: 3, normaliseZ: false, normaliseLogits: true, logitScale: 2.5 },
  { batch: 1, zSize: 65, rows: 3, normaliseZ: true, normaliseLogits: true, logitScale: 1 },
  { batch: 2, zSize: 1, rows: 1, normaliseZ: false, normaliseLogits: false, logitScale: 1 },
];
