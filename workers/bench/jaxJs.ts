/** @file Runs the layers in jax-js, with its own WebGPU device, `jit` and `grad`. Only a benchmark loads it. */
import type { ConvolutionShape } from '../nets/network';
import type { Direction } from '../protocol/bench';
import { AppError } from '../protocol/errors';
import type { LayerRunner } from './layerRunner';

type Jax = typeof import('@jax-js/jax');
let loaded: Promise<Jax> | null = null;

/** @throws AppError `bench/jax` if it finds no WebGPU. */
async function load(): Promise<Jax> {
  const jax = await import('@jax-js/jax');
  const devices = await jax.init('webgpu');
  if (!devices.includes('webgpu')) throw new AppError('bench/jax', 'jax-js finds no WebGPU here.');
  jax.defaultDevice('webgpu');
  return jax;
}

const random = (size: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(0.37 * i));

/** Uses jax-js's own layout: maps `[batch, channels, height, width]`, kernels `[outputs, inputs, height, width]`. */
export async function jaxJsRunner(
  { input, kernel, stride, padding }: ConvolutionShape,
  output: readonly [number, number, number],
  batch: number,
  direction: Direction,
): Promise<LayerRunner> {
  loaded ??= load();
  const { jit, grad, lax, numpy: np, blockUntilReady } = await loaded;
  type Value = ReturnType<typeof np.zeros>;
  const array = (shape: number[]) => np.array(random(shape.reduce((a, b) => a * b, 1))).reshape(shape);
  const [inHeight, inWidth, inChannels] = input;
  const [outHeight, outWidth, outChannels] = output;
  const x = array([batch, inChannels, inHeight, inWidth]);
  const w = array([outChannels, inChannels, ...kernel]);
  const dy = array([batch, outChannels, outHeight, outWidth]);

  const convolve = (x: Value, w: Value) =>
    lax.convGeneralDilated(x, w, [stride, stride], padding === 'same' ? 'SAME' : 'VALID');
  const projected = (x: Value, w: Value, dy: Value) => np.sum(convolve(x, w).mul(dy));
  const run =
    direction === 'forward'
      ? jit((x: Value, w: Value, _: Value) => convolve(x, w))
      : jit(grad(projected, { argnums: direction === 'inputGradient' ? 0 : 1 }));
  return {
    async run(repeats) {
      let last: Value | null = null;
      for (let i = 0; i < repeats; i++) {
        last?.dispose();
        last = run(x.ref, w.ref, dy.ref) as Value;
      }
      if (last) await blockUntilReady(last);
      last?.dispose();
      return repeats;
    },
    dispose() {
      for (const value of [x, w, dy]) value.dispose();
      run.dispose();
    },
  };
}
