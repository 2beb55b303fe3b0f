/** @file Vite plugin: `virtual:wasm-kernels` holds the compiled kernels as base64, so that no request fetches them. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { assemblyFolder, compile } from './compile.ts';

const id = 'virtual:wasm-kernels';
const cacheFolder = join(import.meta.dirname, '../../../node_modules/.cache/wasm-kernels');

/** Everything that the binary depends on. */
function fingerprint(relaxed: boolean): string {
  const sum = createHash('sha256').update(String(relaxed));
  for (const folder of [assemblyFolder, import.meta.dirname])
    for (const name of readdirSync(folder).sort()) sum.update(name).update(readFileSync(join(folder, name)));
  return sum.digest('hex').slice(0, 32);
}

/** Compiling takes seconds, and every run of the tests would do it again. */
async function compiled(relaxed: boolean): Promise<string> {
  const path = join(cacheFolder, `${fingerprint(relaxed)}.wasm`);
  if (existsSync(path)) return readFileSync(path).toString('base64');
  const binary = await compile({ relaxed });
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(path, binary);
  return Buffer.from(binary).toString('base64');
}

export function wasmKernels(): Plugin {
  return {
    name: 'wasm-kernels',
    resolveId: source => (source === id ? `\0${id}` : null),
    async load(module) {
      if (module !== `\0${id}`) return null;
      for (const name of readdirSync(assemblyFolder)) this.addWatchFile(join(assemblyFolder, name));
      return `export const simd = "${await compiled(false)}";\nexport const relaxed = "${await compiled(true)}";`;
    },
  };
}
