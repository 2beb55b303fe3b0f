/** @file Compiles the AssemblyScript of `workers/wasm/assembly` to a WebAssembly module. It runs in Node, at build time. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import { tilesSource } from './tiles.ts';

export const assemblyFolder = join(import.meta.dirname, '../assembly');

/**
 * @param relaxed lets the module multiply and add in one rounded operation where the machine has one. That is faster,
 * but the last bits then depend on the machine.
 * @throws Error with the compiler's own words.
 */
export async function compile({ relaxed }: { relaxed: boolean }): Promise<Uint8Array<ArrayBuffer>> {
  const files = new Map(
    readdirSync(assemblyFolder).map(name => [name, readFileSync(join(assemblyFolder, name), 'utf8')]),
  );
  files.set('tiles.ts', tilesSource(relaxed));
  let binary: Uint8Array<ArrayBuffer> | null = null;
  const features = ['simd', 'threads', ...(relaxed ? ['relaxed-simd'] : [])];
  const { error, stderr } = await asc.main(
    [
      ...['index.ts', '--outFile', 'module.wasm', '--runtime', 'stub', '--noAssert', '-O3', '--converge'],
      ...['--importMemory', '--initialMemory', '1', '--maximumMemory', '65536', '--use', 'abort='],
      ...features.flatMap(feature => ['--enable', feature]),
    ],
    {
      readFile: name => files.get(name) ?? null,
      writeFile: (_, contents) => {
        if (typeof contents !== 'string') binary = Uint8Array.from(contents);
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`asc: ${error?.message ?? 'no binary'}\n${stderr.toString()}`);
  return binary;
}
