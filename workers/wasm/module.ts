/** @file The compiled kernels: the module that this engine runs, and one instance of it. */
import { Heap } from './heap';

/** Every kernel takes numbers and gives none: addresses in bytes, sizes, factors, and the range that a thread does. */
export type Kernels = Readonly<Record<string, (...numbers: (number | boolean)[]) => void>>;

const decode = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), c => c.charCodeAt(0));

export interface KernelInstance {
  kernels: Kernels;
  heap: Heap;
  /** Whether this engine multiplies and adds in one operation. It is faster, and the last bits depend on the machine. */
  relaxed: boolean;
}

/** @throws Error if the engine refuses the module. */
export async function instantiate(): Promise<KernelInstance> {
  // Only a page that runs them fetches them.
  const modules = await import('virtual:wasm-kernels');
  const fused = decode(modules.relaxed);
  const relaxed = WebAssembly.validate(fused);
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 65_536 });
  const { instance } = await WebAssembly.instantiate(relaxed ? fused : decode(modules.simd), {
    env: { memory },
  });
  const { __heap_base: base, ...exports } = instance.exports;
  const start = base instanceof WebAssembly.Global ? Number(base.value) : 65_536;
  return { kernels: exports as Kernels, heap: new Heap(memory, start), relaxed };
}
