/**
 * @file A kernel's program on buffers of half-precision numbers, two a word, which every adapter can read and write
 * (`unpack2x16float`). Which of a kernel's buffers hold halves is no concern of its generator: all of them declare a
 * binding in one line and reach it by `name[index]` alone, so each such access becomes a call that unpacks or packs.
 * Arithmetic and sums stay in float32: a product of two halves is exact there, as in a GPU's matrix units.
 */
import { AppError } from '../../protocol/link';
import { float, type Program } from './kernel';

/**
 * Bindings that hold halves, each with the power of two that its numbers are multiplied by in the buffer: gradients
 * would vanish below half's smallest number, 6e-8.
 */
export type Halves = Readonly<Record<number, number>>;

/** The largest half. */
export const largestHalf = 65_504;
/** Half's largest relative error where a conversion may round either way, as WGSL allows. */
export const halfError = 2 ** -10;

type Element = 'f32' | 'vec4<f32>';

/** End of the bracket that opens before `start`. */
function closing(text: string, start: number): number {
  let depth = 1;
  let at = start;
  for (; depth > 0 && at < text.length; at++) depth += text[at] === '[' ? 1 : text[at] === ']' ? -1 : 0;
  return at - 1;
}

/** Every `name[index]` as a call: `nameAt(index)`, or `namePut(index, value)` where it is assigned to. */
function throughCalls(text: string, name: string): string {
  const pattern = new RegExp(`\\b${name}\\[`, 'g');
  let result = '';
  let done = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const start = match.index + match[0].length;
    const end = closing(text, start);
    const index = `i32(${text.slice(start, end)})`;
    const assigned = /^\s*=(?!=)/.exec(text.slice(end + 1));
    result += text.slice(done, match.index);
    done = end + 1;
    if (assigned) {
      const valueStart = done + assigned[0].length;
      done = text.indexOf(';', valueStart);
      result += `${name}Put(${index}, ${text.slice(valueStart, done).trim()})`;
    } else result += `${name}At(${index})`;
    pattern.lastIndex = done;
  }
  return result + text.slice(done);
}

function reader(name: string, element: Element, scale: number): string {
  const unscaled = scale === 1 ? '' : ` * ${float(1 / scale)}`;
  if (element === 'f32')
    return `
fn ${name}At(i: i32) -> f32 {
  let pair = unpack2x16float(${name}[i >> 1u]);
  return select(pair.x, pair.y, (i & 1) == 1)${unscaled};
}`;
  return `
fn ${name}At(i: i32) -> vec4<f32> {
  let words = ${name}[i];
  return vec4<f32>(unpack2x16float(words.x), unpack2x16float(words.y))${unscaled};
}`;
}

/** What no half can hold becomes NaN and is seen; WGSL leaves open what packing it gives. */
const writer = (name: string, scale: number): string => `
fn ${name}Put(i: i32, value: vec4<f32>) {
  let scaled = value${scale === 1 ? '' : ` * ${float(scale)}`};
  let words = vec2<u32>(pack2x16float(scaled.xy), pack2x16float(scaled.zw));
  ${name}[i] = select(vec2<u32>(0x7e007e00u), words, all(abs(scaled) <= vec4<f32>(${float(largestHalf)})));
}`;

/**
 * The same program with these bindings as halves.
 * @throws AppError `gpu/half` for a binding that is no f32, or one that is written number by number: two threads would
 * share a word.
 */
export function withHalves({ label, wgsl, workgroups }: Program, halves: Halves): Program {
  let text = wgsl;
  for (const [binding, scale] of Object.entries(halves)) {
    const declaration = new RegExp(
      `@binding\\(${binding}\\) var<storage, (read|read_write)> (\\w+): array<(f32|vec4<f32>)>;`,
    ).exec(text);
    const [line, access, name = ''] = declaration ?? [];
    const element = declaration?.[3] as Element;
    if (!declaration || !line || (access === 'read_write' && element === 'f32'))
      throw new AppError(
        'gpu/half',
        `${label} cannot keep binding ${binding} as halves: it must be read, or written four channels at a time.`,
      );
    const before = text.slice(0, declaration.index);
    const after = throughCalls(text.slice(declaration.index + line.length), name);
    const words = element === 'f32' ? 'u32' : 'vec2<u32>';
    text = `${throughCalls(before, name)}@binding(${binding}) var<storage, ${access}> ${name}: array<${words}>;${
      access === 'read' ? reader(name, element, scale) : writer(name, scale)
    }${after}`;
  }
  return { label: `${label}Half`, wgsl: text, workgroups };
}
