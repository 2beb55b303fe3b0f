/**
 * @file Generates a kernel's program for a device and writes the length of every float buffer into it. WebGPU keeps
 * each index within its buffer. If the length is a number, this is one comparison. If the length has to be looked up,
 * it takes a fifth of a convolution's time (on SwiftShader). A buffer that is too short is refused when it is bound.
 */
import { type Halves, withHalves } from './halfStorage';
import type { Kernel, Program } from './kernel';

const declarations = /(@binding\((\d+)\) var<storage, \w+> \w+: array<(\w+|vec\d<\w+>))>/g;
/**
 * The count of numbers in an element. A word has two in a buffer of halves. Other words are integers and get no
 * length.
 */
const numbersIn = (type: string, half: boolean) =>
  half ? { u32: 2, 'vec2<u32>': 4, f16: 1, 'vec4<f16>': 4 }[type] : { f32: 1, 'vec4<f32>': 4 }[type];

/** @param halves tells which bindings are stored in half precision, and how. */
export function programFor<Options>(
  kernel: Kernel<Options>,
  options: Options,
  halves: Halves | null = null,
): Program {
  const { outputs, inputs } = kernel.sizes(options);
  const sizes = [...outputs, ...inputs];
  const generated = kernel.wgsl(options);
  const { wgsl, ...program } = halves ? withHalves(generated, halves) : generated;
  const sized = wgsl.replace(declarations, (text, head: string, binding: string, type: string) => {
    const size = sizes[Number(binding)];
    const numbers = numbersIn(type, halves?.scales[Number(binding)] !== undefined);
    return size && numbers ? `${head}, ${Math.floor(size / numbers)}>` : text;
  });
  return { ...program, wgsl: sized };
}
