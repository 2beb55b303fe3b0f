/**
 * @file Starts the WebAssembly backend and fills tfjs's registry for it: our kernels, and for every other kernel that of
 * tfjs's cpu backend, run on copies of its results. So every tfjs op works here, and the ones that a step spends its time
 * in are fast.
 */

import { unitForwardGradient } from '../gpu/tfjs/weightUnit';
import * as tf from '../tf/tf';
import { WasmBackend, wasmBackendName } from './backend';
import { callOf, type KernelTable } from './call';
import { batchNormKernels } from './kernels/batchNorm';
import { convolutionKernels, productReplacements } from './kernels/convolution';
import { lossKernels } from './kernels/losses';
import { mapKernels, mapReplacements } from './kernels/maps';
import { optimizerKernels } from './kernels/optimizer';
import { poolingKernels } from './kernels/pooling';
import { unitKernels } from './kernels/unit';
import { instantiate, type KernelInstance } from './module';
import { onCpu } from './onCpu';
import { Threads } from './threads';

const OWN: KernelTable = {
  ...productReplacements,
  ...mapReplacements,
  ...mapKernels,
  ...batchNormKernels,
  ...convolutionKernels,
  ...poolingKernels,
  ...lossKernels,
  ...optimizerKernels,
  ...unitKernels,
};

function registerKernels(): void {
  if (!tf.getGradient(unitForwardGradient.kernelName)) tf.registerGradient(unitForwardGradient);
  const stock = new Map(
    tf
      .getKernelsForBackend('cpu')
      .map(({ kernelName, kernelFunc }) => [kernelName, onCpu(kernelName, kernelFunc)]),
  );
  for (const kernelName of new Set([...stock.keys(), ...Object.keys(OWN)])) {
    if (tf.getKernel(kernelName, wasmBackendName)) continue;
    const [own, other] = [OWN[kernelName], stock.get(kernelName)];
    tf.registerKernel({
      kernelName,
      backendName: wasmBackendName,
      kernelFunc: ({ inputs, backend, attrs = {} }) => {
        const outputs = own?.(callOf(inputs, backend, attrs)) ?? other?.({ inputs, backend, attrs });
        if (!outputs) throw new Error(`${kernelName} does not cover this call`);
        return outputs;
      },
    });
  }
}

let started: Promise<WasmStart> | null = null;

interface WasmStart extends KernelInstance {
  threads: Threads | null;
}

/** More help little: they wait for memory, and for a machine's slower cores. */
const mostThreads = 4;

/**
 * As many threads as the machine has cores beside the one that draws the page, if the page may share memory between them.
 * On a machine of two cores a second thread waits for the page more than it helps.
 */
const threadsHere = (): number =>
  globalThis.crossOriginIsolated ? Math.max(1, Math.min(mostThreads, navigator.hardwareConcurrency - 1)) : 1;

async function start(count: number): Promise<WasmStart> {
  if (count <= 1) return { ...(await instantiate()), threads: null };
  try {
    const instance = await instantiate(count);
    return { ...instance, threads: await Threads.start(instance, count) };
  } catch {
    // A host or an engine may forbid what threads need. One thread runs everywhere.
    return { ...(await instantiate()), threads: null };
  }
}

/**
 * Makes the WebAssembly backend tfjs's current one. Calling it again changes nothing but that.
 * @param threads how many to run; the default is what the machine and the page allow.
 * @throws Error if this engine does not run it.
 */
export async function startWasm(threads = threadsHere()): Promise<{ relaxed: boolean; threads: number }> {
  started ??= start(threads);
  const instance = await started;
  registerKernels();
  if (!tf.findBackendFactory(wasmBackendName))
    tf.registerBackend(
      wasmBackendName,
      () => new WasmBackend(instance.kernels, instance.heap, instance.threads),
      2,
    );
  if (!(await tf.setBackend(wasmBackendName))) throw new Error('tfjs does not start the backend');
  return { relaxed: instance.relaxed, threads: instance.threads?.count ?? 1 };
}
