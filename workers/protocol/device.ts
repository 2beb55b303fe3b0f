/** @file The device that training runs on, and how much of its memory runs need. */

/** What computes: WebGPU, our WebAssembly kernels, tfjs's WebGL, or tfjs's plain JavaScript. */
export type BackendId = 'webgpu' | 'wasm' | 'webgl' | 'cpu';

export interface DeviceInfo {
  backend: BackendId;
  /** The vendor, the architecture and the description of the adapter, as the browser gives them. */
  adapter: string;
  limits: { maxBufferSize: number; maxStorageBufferBindingSize: number } | null;
  features: readonly string[];
  /** Why it is not WebGPU, and how to turn that on in this browser. Null when it is. */
  why: string | null;
  /**
   * Multiply-adds a second in one convolution of a usual size. Null except on WebAssembly: elsewhere it would hold up the
   * start, or say little about a training step.
   */
  speed: number | null;
}

/** The memory that compared runs will need on the GPU, in bytes. */
export interface MemoryEstimate {
  /** What all of them hold together while they train. */
  held: number;
  /**
   * The most that they need at any time. It is reached in the first steps, before the replay takes over, or while all are
   * scored.
   */
  peak: number;
  /** What the existing runs hold in addition. */
  others: number;
  /**
   * Why this batch is too large, or `null` if no problem is known. If `refuses` is true, the adapter does not allow it. If it is
   * false, such a need did not fit before. `batchSize` is the largest batch that may fit, or `null` if there is none.
   */
  problem: { code: string; message: string; batchSize: number | null; refuses: boolean } | null;
}
