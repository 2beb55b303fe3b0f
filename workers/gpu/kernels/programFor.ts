/**
 * @file What a device is given of a kernel: its program with the length of every float buffer written out. WebGPU keeps
 * each index within its buffer; against a number that is one comparison, where the length has to be looked up it is a
 * fifth of a convolution's time (SwiftShader). A buffer that is too short is refused when it is bound.
 */
import { type Halves, withHalves } from './halfStorage';
import type { Kernel, Program } from './kernel';

const floats = /(@binding\((\d+)\) var<storage, \w+> \w+: array<(f32|vec4<f32>))>/g;

/** @param halves bindings kept in half precision. */
export function programFor<Options>(
  kernel: Kernel<Options>,
  options: Options,
  halves: Halves | null = null,
): Program {
  const { outputs, inputs } = kernel.sizes(options);
  const sizes = [...outputs, ...inputs];
  const generated = kernel.wgsl(options);
  const { wgsl, ...program } = halves ? withHalves(generated, halves) : generated;
  const sized = wgsl.replace(floats, (text, head: string, binding: string, type: string) => {
    const size = sizes[Number(binding)];
    return size ? `${head}, ${type === 'f32' ? size : size / 4}>` : text;
  });
  return { ...program, wgsl: sized };
}
