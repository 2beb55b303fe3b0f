/**
 * @file Each backend has the kernels that our workers may run, and each kernel has its gradient. A bundler keeps only the
 * ops that are called, with the names of their kernels, so the built workers say which kernels these are.
 */
import * as kernelNames from '@tensorflow/tfjs-core/dist/kernel_names';
import { build, type Rollup } from 'vite';
import { beforeAll, expect, test } from 'vitest';
import * as tf from '../../../workers/tf/tf';
import '../../../workers/tf/webgl';
import '../../../workers/tf/webgpu';
import { wasmKernels } from '../../../workers/wasm/build/plugin';

const known = Object.values(kernelNames).filter(name => typeof name === 'string');

/** The names of the kernels that a worker's program holds. */
async function kernelsOf(entry: string): Promise<string[]> {
  const built = await build({
    configFile: false,
    plugins: [wasmKernels()],
    logLevel: 'silent',
    build: { write: false, minify: false, rolldownOptions: { input: entry } },
  });
  const { output } = built as Rollup.RollupOutput;
  const code = output.map(file => (file.type === 'chunk' && file.isEntry ? file.code : '')).join('');
  return known.filter(name => code.includes(`"${name}"`));
}

let wanted: string[];
beforeAll(async () => {
  const found = await Promise.all(['training', 'bench'].map(name => kernelsOf(`workers/${name}.worker.ts`)));
  wanted = [...new Set(found.flat())];
}, 120_000);

test('the built workers run the kernels that a network cannot do without', () => {
  expect(wanted).toEqual(
    expect.arrayContaining(['Add', 'Conv2D', 'FusedBatchNorm', 'MaxPool', '_FusedMatMul']),
  );
  expect(wanted).not.toContain('FFT');
});

test.each(['cpu', 'webgpu', 'webgl'])('the %s backend has every kernel that a worker runs', backend => {
  expect(wanted.filter(name => !tf.getKernel(name, backend))).toEqual([]);
});

test('all backends have the same kernels', () => {
  const [cpu, ...others] = ['cpu', 'webgpu', 'webgl'].map(backend =>
    tf
      .getKernelsForBackend(backend)
      .map(({ kernelName }) => kernelName)
      .sort(),
  );
  for (const other of others) expect(other).toEqual(cpu);
});

test('every kernel that a worker runs has its gradient, where tfjs has one', async () => {
  const ours = wanted.filter(name => tf.getGradient(name));
  await import('@tensorflow/tfjs-core/dist/register_all_gradients');
  expect(ours).toEqual(wanted.filter(name => tf.getGradient(name)));
});
