/**
 * @file Defines a GPU kernel. It has a function that turns options into WGSL in which every size is a constant, and a
 * plain twin that says what the WGSL must compute. Nothing here uses tfjs, so any WebGPU project can take these files.
 */

/**
 * The source of one compute pipeline and the workgroups of one dispatch. All bindings are storage buffers of group 0.
 */
export interface Program {
  /** Names the pipeline in profiles. */
  label: string;
  wgsl: string;
  workgroups: readonly [number, number, number];
}

/** A buffer's content in a test. */
export type Values = Float32Array | Float64Array | Int32Array;

export interface Kernel<Options> {
  name: string;
  wgsl(options: Options): Program;
  /**
   * The number of elements of each buffer in binding order. Buffers that are written come first, then those only
   * read.
   */
  sizes(options: Options): { outputs: readonly number[]; inputs: readonly number[] };
  /**
   * Computes the same on plain arrays, in binding order, and overwrites the outputs. It sums in double precision, so
   * the GPU's result is measured against it. With Float64Array buffers it is exact enough for finite differences.
   */
  reference(options: Options, ...buffers: Values[]): void;
  /**
   * Returns test inputs, if numbers in −1 … 1 are not suitable. They are Int32Array where the WGSL reads i32 or u32.
   */
  example?(options: Options): Values[];
  /** The bindings of outputs that hold integers. */
  integers?: readonly number[];
  /** The options that the contract test runs. They are edge cases of the tiling, not typical layers. */
  cases: readonly Options[];
}

/**
 * Where a tile keeps its operands: in each thread's registers (`registers`), in registers that the threads of a quad
 * share (`quads`), or in a workgroup's memory (`shared`).
 */
export const TILES = ['registers', 'quads', 'shared'] as const;
export type TileFlavour = (typeof TILES)[number];

export const ceilDivide = (a: number, b: number): number => Math.ceil(a / b);

/** Returns `f(0)` … `f(count − 1)`, each on a line of its own. The generators unroll loops with it. */
export const unroll = (count: number, f: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => f(index)).join('\n');

/** The channels that are read and written together: four as a vector if `channels` is a multiple of four, else one. */
export const lanesOf = (channels: number): 1 | 4 => (channels % 4 === 0 ? 4 : 1);
export const vectorType = (lanes: 1 | 4): 'f32' | 'vec4<f32>' => (lanes === 4 ? 'vec4<f32>' : 'f32');

/** Returns the largest divisor of `count` that is at most `limit`. */
export function divisorUpTo(count: number, limit: number): number {
  for (let divisor = Math.min(count, limit); divisor > 1; divisor--)
    if (count % divisor === 0) return divisor;
  return 1;
}

/**
 * Returns a 64-thread workgroup for a grid of `columns` × many rows, so wide that neighbours read neighbouring data.
 */
export function workgroupOf(columns: number): readonly [number, number] {
  const width = Math.min(8, columns);
  return [width, Math.floor(64 / width)];
}

/** Returns a dispatch with one thread for each element. It has two dimensions, as one holds only 65 535 workgroups. */
export function flatGrid(threads: number): readonly [number, number, number] {
  const groups = ceilDivide(threads, 64);
  const rows = ceilDivide(groups, 32_768);
  return [ceilDivide(groups, rows), rows, 1];
}

/** Returns the head of an element-wise kernel on a `flatGrid`. In it, `i` is the thread's element. */
export const flatMain = (threads: number): string => `
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = i32(id.y * groups.x * 64u + id.x);
  if (i >= ${threads}) { return; }`;

/** Returns a literal that WGSL always reads as f32. */
export function float(value: number): string {
  const text = Math.fround(value).toExponential();
  return `${text}f`;
}

/** The rows of a `[rows, channels]` map are divided among threads, and each thread sums one vector of channels. */
export interface ColumnSplit {
  rows: number;
  channels: number;
  /** The number of parts that the rows are split into, as `columnSplits` returns it. */
  splits: number;
}

/** Splits the rows so that there are enough threads to fill a GPU, each with at least 8 rows. */
export function columnSplits(rows: number, channels: number, threads: number): ColumnSplit {
  const wanted = Math.round(threads / (channels / lanesOf(channels)));
  const splits = Math.max(1, Math.min(ceilDivide(rows, 8), wanted));
  return { rows, channels, splits: ceilDivide(rows, ceilDivide(rows, splits)) };
}

/**
 * Returns the grid and the head of a column reduction. A thread sums the vector of channels `c` in the part `split`,
 * over the rows from `row` up to `lastRow`.
 */
export function columnMain({ rows, channels, splits }: ColumnSplit): {
  lanes: 1 | 4;
  vectors: number;
  workgroups: readonly [number, number, number];
  main: string;
} {
  const lanes = lanesOf(channels);
  const vectors = channels / lanes;
  const [width, height] = workgroupOf(vectors);
  const rowsPerSplit = ceilDivide(rows, splits);
  return {
    ...{ lanes, vectors },
    workgroups: [ceilDivide(vectors, width), ceilDivide(splits, height), 1],
    main: `
@compute @workgroup_size(${width}, ${height})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let c = i32(id.x);
  let split = i32(id.y);
  if (c >= ${vectors} || split >= ${splits}) { return; }
  let row = split * ${rowsPerSplit};
  let lastRow = min(row + ${rowsPerSplit}, ${rows});`,
  };
}

/** Returns the part that row `row` belongs to, for a plain twin. */
export const splitOfRow = ({ rows, splits }: ColumnSplit, row: number): number =>
  Math.floor(row / ceilDivide(rows, splits));

/** Edge cases of a column reduction: one row, one channel, channels off the vector width, a last part that is short. */
export const columnCases: readonly ColumnSplit[] = [
  columnSplits(1, 8, 64),
  columnSplits(77, 12, 64),
  columnSplits(50, 7, 64),
  columnSplits(33, 1, 64),
];

/**
 * Returns the head of a kernel that adds the parts `[splits, kinds, channels]` in a fixed order. It declares `total0`
 * … for vector `i` of the channels. A whole workgroup adds many parts together. One thread adds few parts alone,
 * because a barrier costs more than 128 loads, and seconds to compile, if the GPU is a CPU.
 */
export function sumOfParts(
  kinds: number,
  { splits, channels }: { splits: number; channels: number },
): { workgroups: readonly [number, number, number]; main: string; lanes: 1 | 4 } {
  const lanes = lanesOf(channels);
  const vectors = channels / lanes;
  const T = vectorType(lanes);
  const add = (first: string, step: number) => `
  ${unroll(kinds, kind => `var total${kind} = ${T}();`)}
  for (var split = ${first}; split < ${splits}; split += ${step}) {
    ${unroll(kinds, kind => `total${kind} += parts[split * ${kinds * vectors} + ${kind * vectors} + i];`)}
  }`;
  if (splits <= 128)
    return { lanes, workgroups: flatGrid(vectors), main: `${flatMain(vectors)}${add('0', 1)}` };
  return {
    lanes,
    workgroups: [vectors, 1, 1],
    main: `
var<workgroup> shares: array<${T}, ${64 * kinds}>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) index: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let i = i32(group.x);
  let thread = i32(index);
  ${add('thread', 64)}
  ${unroll(kinds, kind => `shares[thread * ${kinds} + ${kind}] = total${kind};`)}
  workgroupBarrier();
  if (thread > 0) { return; }
  for (var other = 1; other < 64; other++) {
    ${unroll(kinds, kind => `total${kind} += shares[other * ${kinds} + ${kind}];`)}
  }`,
  };
}
