/**
 * @file Changes a kernel's program so that it works on buffers of half-precision numbers. A kernel's generator does not
 * have to know which buffers hold halves. Every generator declares a binding in one line and reads or writes it only as
 * `name[index]`, so each such access can become a call that reads or writes halves. The bytes are the same in both
 * flavours, so each flavour can read what the other wrote.
 *
 * Arithmetic and sums stay in float32. There a product of two halves is exact, as it is in a GPU's matrix units, which
 * WGSL cannot use. Filters stay float32 too: matrix units would need them rounded to half, but without these units the
 * rounding would gain nothing.
 */
import { AppError } from '../../protocol/errors';
import { float, type Program } from './kernel';

/** How WGSL stores halves: two in a word, which every adapter can pack and unpack, or as f16 if it has `shader-f16`. */
export type HalfFlavour = 'packed' | 'native';

/** The flavour that a device's programs take. */
export const halfFlavour = ({ features }: Pick<GPUDevice, 'features'>): HalfFlavour =>
  features.has('shader-f16') ? 'native' : 'packed';

export interface Halves {
  flavour: HalfFlavour;
  /**
   * The bindings that hold halves, each with the power of two by which its numbers are multiplied in the buffer.
   * Without it, gradients below half's smallest number, 6e-8, would vanish.
   */
  scales: Readonly<Record<number, number>>;
}

/** The largest half. */
export const largestHalf = 65_504;
/** Half's largest relative error if a conversion may round up or down, as WGSL allows. */
export const halfError = 2 ** -10;

type Element = 'f32' | 'vec4<f32>';

/** Returns the place of the bracket that closes the one before `start`. */
function closing(text: string, start: number): number {
  let depth = 1;
  let at = start;
  for (; depth > 0 && at < text.length; at++) depth += text[at] === '[' ? 1 : text[at] === ']' ? -1 : 0;
  return at - 1;
}

/** Replaces every `name[index]` by a call: `nameAt(index)`, or `namePut(index, value)` if it is assigned to. */
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
      result += `${name}Put(${index}, ${throughCalls(text.slice(valueStart, done).trim(), name)})`;
    } else result += `${name}At(${index})`;
    pattern.lastIndex = done;
  }
  return result + text.slice(done);
}

interface Wording {
  /** Directives, which must come before all else. */
  head: string;
  /** The types that a buffer's array has in place of f32 and of a vector of four. */
  elements: Readonly<Record<Element, string>>;
  /** The body of a function that reads number, or vector, `i` of a buffer, times a factor. */
  read: Readonly<Record<Element, (name: string, factor: string) => string>>;
  /** `toWords` turns the vector `scaled` into two words. `fromWords` turns two `words` into the type that is stored. */
  toWords: string;
  fromWords: (words: string) => string;
}

const wordings: Readonly<Record<HalfFlavour, Wording>> = {
  packed: {
    head: '',
    elements: { f32: 'u32', 'vec4<f32>': 'vec2<u32>' },
    read: {
      f32: (name, factor) => `
  let pair = unpack2x16float(${name}[i >> 1u]);
  return select(pair.x, pair.y, (i & 1) == 1)${factor};`,
      'vec4<f32>': (name, factor) => `
  let words = ${name}[i];
  return vec4<f32>(unpack2x16float(words.x), unpack2x16float(words.y))${factor};`,
    },
    toWords: 'vec2<u32>(pack2x16float(scaled.xy), pack2x16float(scaled.zw))',
    fromWords: words => words,
  },
  native: {
    head: 'enable f16;\n',
    elements: { f32: 'f16', 'vec4<f32>': 'vec4<f16>' },
    read: {
      f32: (name, factor) => `
  return f32(${name}[i])${factor};`,
      'vec4<f32>': (name, factor) => `
  return vec4<f32>(${name}[i])${factor};`,
    },
    toWords: 'bitcast<vec2<u32>>(vec4<f16>(scaled))',
    fromWords: words => `bitcast<vec4<f16>>(${words})`,
  },
};

const times = (factor: number): string => (factor === 1 ? '' : ` * ${float(factor)}`);

const reader = (wording: Wording, name: string, element: Element, scale: number): string => `
fn ${name}At(i: i32) -> ${element} {${wording.read[element](name, times(1 / scale))}
}`;

/**
 * If a half cannot hold one of four numbers, all four become NaN, so that the overflow is seen. The NaN is chosen as
 * bits, because WGSL does not say what the conversion of such a number gives.
 */
const writer = ({ toWords, fromWords }: Wording, name: string, scale: number): string => `
fn ${name}Put(i: i32, value: vec4<f32>) {
  let scaled = value${times(scale)};
  let words = ${toWords};
  let fits = all(abs(scaled) <= vec4<f32>(${float(largestHalf)}));
  ${name}[i] = ${fromWords('select(vec2<u32>(0x7e007e00u), words, fits)')};
}`;

/**
 * Returns the same program with these bindings as halves.
 * @throws AppError `gpu/half` for a binding that is not f32, or one that is written number by number. If two halves are
 * packed in a word, two threads would write to the same word.
 */
export function withHalves({ label, wgsl, workgroups }: Program, { flavour, scales }: Halves): Program {
  const wording = wordings[flavour];
  let text = wgsl;
  for (const [binding, scale] of Object.entries(scales)) {
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
    const before = throughCalls(text.slice(0, declaration.index), name);
    const after = throughCalls(text.slice(declaration.index + line.length), name);
    const isRead = `${before}${after}`.includes(`${name}At(`);
    text = [
      `${before}@binding(${binding}) var<storage, ${access}> ${name}: array<${wording.elements[element]}>;`,
      isRead ? reader(wording, name, element, scale) : '',
      access === 'read_write' ? writer(wording, name, scale) : '',
      after,
    ].join('');
  }
  return { label: `${label}Half`, wgsl: wording.head + text, workgroups };
}
