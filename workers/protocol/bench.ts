/** @file The messages of the benchmark. */

/**
 * All options are optional. Without a preset, the papers' network is measured at 96 px, a quarter of its width and batch
 * 8.
 */
export interface BenchOptions {
  preset?: string;
  batch?: number;
  /** The side of an image in pixels. */
  size?: number;
  /** The width multiplier. */
  width?: number;
  /** For how many seconds the steps are measured, without compiling. At least one round is measured. */
  seconds?: number;
  /** How many of the most expensive convolutions are compared one by one. 0 means none. */
  layers?: number;
  /** The ways to train that are measured. The default is all. */
  variants?: readonly VariantId[];
}

export interface BenchProgress {
  doing: string;
  /** The part of the work that is done, from 0 to 1. */
  share: number;
}

/**
 * The ways to train that are compared. Each of `stock`, `convolutions`, `eager` and `replay` adds one thing to the one
 * before. `wasm` is the replayed step on one thread of the CPU.
 */
export const VARIANT_IDS = ['stock', 'convolutions', 'eager', 'replay', 'wasm', 'webgl'] as const;
export type VariantId = (typeof VARIANT_IDS)[number];

/** The cost of a step in one way to train. The numbers are medians of the measured steps. */
export interface StepCost {
  stepMs: number;
  imagesPerSecond: number;
  gflopPerSecond: number;
  /**
   * The speed as a share of the matrix product's on the same adapter, from 0 to 1. It is null on backends other than
   * WebGPU.
   */
  matmulShare: number | null;
  /**
   * The memory traffic as a share of a copy's on the same adapter, from 0 to 1. It counts every binding of every dispatch as
   * read or written once. It is null on backends other than WebGPU.
   */
  copyShare: number | null;
  dispatches: number | null;
  submits: number | null;
  /** The milliseconds that JavaScript needs to issue a step. The thread is busy for that time. */
  jsMs: number;
  /**
   * The bytes that are held between steps, on the GPU or in WebAssembly's memory: parameters, the optimizer's state,
   * activations and the rest.
   */
  bytes: number;
  /** How many steps were measured for the medians. */
  steps: number;
}

/** The result of a measurement, or the reason why it could not run. */
export type Outcome<T> = T | { failed: string };

export const isFailed = <T>(outcome: Outcome<T>): outcome is { failed: string } =>
  typeof outcome === 'object' && outcome !== null && 'failed' in outcome;

export interface KernelCost {
  label: string;
  dispatches: number;
  gpuMs: number;
  /** The speed of a convolution. It is null for other kernels. */
  gflopPerSecond: number | null;
}

export type Direction = 'forward' | 'inputGradient' | 'weightGradient';
export type LayerPeer = 'ours' | 'stock' | 'jaxJs' | 'webgl';

/** The cost of one direction of one convolution. */
export interface LayerCost {
  /** The name of the layer in the plan, for example `trunk/stem5`. */
  layer: string;
  direction: Direction;
  /** The shape of the input, of the kernel and the stride, for example `[8,24,24,64] 3×3×64 /1`. */
  shape: string;
  /** The operations for the whole batch, in 10⁹. */
  gflop: number;
  /** The milliseconds of each implementation. */
  ms: Partial<Record<LayerPeer, Outcome<number>>>;
}

/** Without WebGPU the variants that need it have failed, and there are no kernels and no layers. */
export interface BenchReport extends Record<VariantId, Outcome<StepCost>> {
  /** The vendor, the architecture and the description of the adapter, as the browser gives them. null without WebGPU. */
  adapter: string | null;
  /** Whether the GPU is emulated on the CPU. Then the ratios have a meaning, but the times do not. */
  software: boolean;
  browser: string;
  sizes: {
    preset: string;
    network: string;
    batch: number;
    inputSize: number;
    width: number;
    /** The number of parameters of the trunk and the branches. */
    parameters: number;
    /** The operations of the convolutions in a training step: forward and both gradients. A multiply-add counts as 2. */
    gflopPerImage: number;
  };
  /** The time of the measurement as in ISO 8601. */
  date: string;
  /** null without WebGPU. */
  ceilings: {
    /** The speed of a product of two square matrices with our own kernel. */
    matmulGflopPerSecond: number;
    matmulSize: number;
    /** The bytes read and written per second, added together. */
    copyGbPerSecond: number;
    copyBytes: number;
  } | null;
  /** The ratios of step times. Above 1 the second one is faster. A ratio is null if one of the two did not run. */
  ratios: {
    stockOverConvolutions: number | null;
    stockOverEager: number | null;
    stockOverReplay: number | null;
    webglOverReplay: number | null;
    webglOverWasm: number | null;
    replayOverWasm: number | null;
  };
  /** The kernels of one eager step, the slowest first. */
  kernels: Outcome<readonly KernelCost[]>;
  layers: readonly LayerCost[];
}

/** Served by `bench.worker` to the page. */
export interface BenchApi {
  /** Runs the benchmark. Its progress messages are `BenchProgress`. */
  measure(input: BenchOptions): BenchReport;
}
