/** @file What training runs on, and what runs take of its memory. */

export interface DeviceInfo {
  backend: 'webgpu' | 'webgl' | 'cpu';
  /** Adapter vendor, architecture and description, as the browser tells it. */
  adapter: string;
  limits: { maxBufferSize: number; maxStorageBufferBindingSize: number } | null;
  features: readonly string[];
  /** Why WebGPU is not used and how to turn it on in this browser; null when it is used. */
  fallback: string | null;
}

/** What compared runs will need on the GPU, in bytes. */
export interface MemoryEstimate {
  /** All of them together, while they train. */
  held: number;
  /** The most at any time: in the first steps, before their replay takes over, or while all score the held-out split. */
  peak: number;
  /** What the runs that exist hold besides. */
  others: number;
  /**
   * Why this batch cannot run on this adapter, or (`refuses` false) did not fit before, and the largest that may
   * (`null`: none); `null` when nothing is known against it.
   */
  problem: { code: string; message: string; batchSize: number | null; refuses: boolean } | null;
}
