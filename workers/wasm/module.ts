/** @file The compiled kernels: the module that this engine runs, and one instance of it. */
import { Heap } from './heap';

/** Every kernel takes numbers and gives none: addresses in bytes, sizes, factors, and the range that a thread does. */
export type Kernels = Readonly<Record<string, (...numbers: (number | boolean)[]) => void>>;

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), c => c.charCodeAt(0));

export interface KernelInstance {
  module: WebAssembly.Module;
  kernels: Kernels;
  heap: Heap;
  /** Whether this engine multiplies and adds in one operation. It is faster, and the last bits depend on the machine. */
  relaxed: boolean;
}

/** How a module's binary says that it imports `env.memory` with a largest size. The byte after it may also say "shared". */
const memoryImport = [3, ...encode('env'), 6, ...encode('memory'), 2];
const [withMaximum, shared] = [1, 3];

/**
 * The same module for a memory that threads share. The binary differs in one byte, and the build makes it once.
 * @throws Error if the binary is not as the compiler makes it.
 */
function forSharedMemory(binary: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = binary.findIndex((_, i) => memoryImport.every((byte, j) => binary[i + j] === byte));
  const flags = at + memoryImport.length;
  if (at < 0 || binary[flags] !== withMaximum) throw new Error('the module does not import its memory');
  const copy = binary.slice();
  copy[flags] = shared;
  return copy;
}

/**
 * @param threads how many threads will run the kernels. More than one need a page that is isolated from others.
 * @throws Error if the engine refuses the module.
 */
export async function instantiate(threads = 1): Promise<KernelInstance> {
  // Only a page that runs them fetches them.
  const modules = await import('virtual:wasm-kernels');
  const fused = decode(modules.relaxed);
  const relaxed = WebAssembly.validate(fused);
  const binary = relaxed ? fused : decode(modules.simd);
  const several = threads > 1;
  const module = await WebAssembly.compile(several ? forSharedMemory(binary) : binary);
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 65_536, shared: several });
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  const { __heap_base: base, ...exports } = instance.exports;
  const start = base instanceof WebAssembly.Global ? Number(base.value) : 65_536;
  return { module, kernels: exports as Kernels, heap: new Heap(memory, start), relaxed };
}
