/** @file Entry point of a thread: wiring only. */
import type { Kernels } from './module';
import { serveSteps, type ThreadStart } from './serveSteps';

self.onmessage = async ({ data }: MessageEvent<ThreadStart>) => {
  const { exports } = await WebAssembly.instantiate(data.module, { env: { memory: data.memory } });
  self.postMessage('ready');
  serveSteps(exports as Kernels, data);
};
