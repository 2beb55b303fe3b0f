/** @file What a benchmark is asked and what it answers. */

/** All optional: without a preset it is the reference case, the papers' network at 96 px, a quarter wide, batch 8. */
export interface BenchOptions {
  preset?: string;
  batch?: number;
  /** Pixels a side. */
  size?: number;
  /** Width multiplier. */
  width?: number;
  /** How long the steps are measured, without compiling; at least one round is. */
  seconds?: number;
  /** How many of the heaviest convolutions are compared one by one; 0 = none. */
  layers?: number;
}

export interface BenchProgress {
  doing: string;
  /** 0–1. */
  share: number;
}

/** `stock`, `convolutions`, `eager` and `replay` add one thing each. */
export type VariantId = 'stock' | 'convolutions' | 'eager' | 'replay' | 'webgl';

/** One way to train the network; medians of the measured steps. */
export interface StepCost {
  stepMs: number;
  imagesPerSecond: number;
  gflopPerSecond: number;
  /** Of the adapter's own matmul, 0–1; null off WebGPU. */
  matmulShare: number | null;
  /** Of the adapter's own copy: every binding of every dispatch read or written once, 0–1; null off WebGPU. */
  copyShare: number | null;
  dispatches: number | null;
  submits: number | null;
  /** Until the step is issued: what the page's thread is busy with. */
  jsMs: number;
  /** Held on the GPU: parameters, optimizer's state, activations and whatever else is kept between steps. */
  bytes: number;
  /** Steps behind the medians. */
  steps: number;
}

/** What a variant, a peer or a direction gave, or why it could not run. */
export type Outcome<T> = T | { failed: string };

export const isFailed = <T>(outcome: Outcome<T>): outcome is { failed: string } =>
  typeof outcome === 'object' && outcome !== null && 'failed' in outcome;

export interface KernelCost {
  label: string;
  dispatches: number;
  gpuMs: number;
  /** Of a convolution's three directions; null elsewhere. */
  gflopPerSecond: number | null;
}

export type Direction = 'forward' | 'inputGradient' | 'weightGradient';
export type LayerPeer = 'ours' | 'stock' | 'jaxJs' | 'webgl';

/** One direction of one convolution, alone. */
export interface LayerCost {
  /** As in the plan: `trunk/stem5`. */
  layer: string;
  direction: Direction;
  /** `[8,24,24,64] 3×3×64 /1`. */
  shape: string;
  /** Of the whole batch. */
  gflop: number;
  /** Milliseconds by peer. */
  ms: Partial<Record<LayerPeer, Outcome<number>>>;
}

export interface BenchReport {
  /** Vendor, architecture and description, as the browser tells it. */
  adapter: string;
  /** The GPU is a program on the CPU: ratios count, times do not. */
  software: boolean;
  browser: string;
  sizes: {
    preset: string;
    network: string;
    batch: number;
    inputSize: number;
    width: number;
    /** Of trunk and branches. */
    parameters: number;
    /** Of one training step: the convolutions, forward and both gradients, 2 a multiply-add. */
    gflopPerImage: number;
  };
  /** ISO 8601. */
  date: string;
  ceilings: {
    /** A square product by our own kernel. */
    matmulGflopPerSecond: number;
    matmulSize: number;
    /** Read and written bytes together. */
    copyGbPerSecond: number;
    copyBytes: number;
  };
  stock: Outcome<StepCost>;
  convolutions: Outcome<StepCost>;
  eager: Outcome<StepCost>;
  replay: Outcome<StepCost>;
  webgl: Outcome<StepCost>;
  /** Step times: above 1, replay is faster. null where one of the two did not run. */
  ratios: {
    stockOverConvolutions: number | null;
    stockOverEager: number | null;
    stockOverReplay: number | null;
    webglOverReplay: number | null;
  };
  /** One eager step, slowest kernel first. */
  kernels: Outcome<readonly KernelCost[]>;
  layers: readonly LayerCost[];
}

/** Served by `bench.worker` to the page. */
export interface BenchApi {
  /** Progress: `BenchProgress`. */
  measure(input: BenchOptions): BenchReport;
}
