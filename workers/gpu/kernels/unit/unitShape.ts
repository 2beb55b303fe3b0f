/**
 * @file What the kernels of the dynamic-weight unit share (`workers/weighting/dynamicWeightUnit.ts` says what it is): its
 * sizes, and the record that its forward pass leaves of each sample: logits f `[rows]` and their softmax `[rows]`, both 0
 * for a task that the batch has no sample of, the factor that ψ sees Z times, and the squared length of what was divided by
 * its length (1 where nothing was).
 */
export interface UnitShape {
  batch: number;
  zSize: number;
  /** Tasks that share the weight. */
  rows: number;
  /** ψ sees Z divided by its length. */
  normaliseZ: boolean;
  /** The softmax sees f divided by its length, times `logitScale`. */
  normaliseLogits: boolean;
  logitScale: number;
}

/** Where a task's presence, 1 or 0, stands in `[tasks]`. */
export interface FirstTask {
  /** Tasks before the first that has a row. */
  firstTask: number;
}

/** Presence of the tasks for an example: of several, the last is absent. */
export const examplePresence = (tasks: number): Float32Array =>
  Float32Array.from({ length: tasks }, (_, i) => (i > 0 && i === tasks - 1 ? 0 : 1));

/** Keeps 0 / 0 away where features or logits vanish; squared lengths in use are far above it. */
export const tinySquare = 1e-12;

/** Numbers in one sample's record. */
export const recordLength = (rows: number): number => 2 * rows + 2;

/** Every way to normalise, sizes off the workgroup's, one sample, one task. */
export const unitCases: readonly UnitShape[] = [
  { batch: 5, zSize: 70, rows: 2, normaliseZ: true, normaliseLogits: false, logitScale: 1 },
  { batch: 70, zSize: 9, rows: 3, normaliseZ: false, normaliseLogits: true, logitScale: 2.5 },
  { batch: 1, zSize: 65, rows: 3, normaliseZ: true, normaliseLogits: true, logitScale: 1 },
  { batch: 2, zSize: 1, rows: 1, normaliseZ: false, normaliseLogits: false, logitScale: 1 },
];
