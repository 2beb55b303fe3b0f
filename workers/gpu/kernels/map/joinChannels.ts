/**
 * @file Joins maps by their channels, and splits a map into such parts. Either takes one dispatch for all parts. Any map
 * may be stored as halves.
 */
import {
  flatGrid,
  flatMain,
  type Kernel,
  lanesOf,
  type Program,
  unroll,
  type Values,
  vectorType,
} from '../../wgsl/kernel';

export interface JoinOptions {
  rows: number;
  /** The number of channels of each part. */
  channels: readonly number[];
}

const sum = (channels: readonly number[]): number => channels.reduce((a, b) => a + b, 0);

/** A thread moves one vector of each part that has so many. `move` gets the part, and its vector's index and the map's. */
function eachVector(
  label: string,
  { rows, channels }: JoinOptions,
  bindings: (type: string) => string,
  move: (part: number, inPart: string, inMap: string) => string,
): Program {
  const lanes = channels.every(count => lanesOf(count) === 4) ? 4 : 1;
  const vectors = channels.map(count => count / lanes);
  const most = Math.max(...vectors);
  const all = sum(vectors);
  return {
    label,
    workgroups: flatGrid(rows * most),
    wgsl: `
${bindings(vectorType(lanes))}
${flatMain(rows * most)}
  let row = i / ${most};
  let c = i - row * ${most};
  ${unroll(vectors.length, part => {
    const count = vectors[part] ?? 0;
    const statement = move(part, `row * ${count} + c`, `row * ${all} + ${sum(vectors.slice(0, part))} + c`);
    return count === most ? statement : `if (c < ${count}) { ${statement} }`;
  })}
}`,
  };
}

/** Calls `f` with the index of each number in its part and in the joined map. */
function eachNumber(
  { rows, channels }: JoinOptions,
  f: (part: number, inPart: number, inMap: number) => void,
): void {
  const all = sum(channels);
  channels.forEach((count, part) => {
    const first = sum(channels.slice(0, part));
    for (let row = 0; row < rows; row++)
      for (let c = 0; c < count; c++) f(part, row * count + c, row * all + first + c);
  });
}

const cases: readonly JoinOptions[] = [
  { rows: 17, channels: [8, 12, 4] },
  { rows: 9, channels: [3, 1] },
  { rows: 70, channels: [4, 6] },
];

/** Buffers: joined `[rows, sum of channels]`, then each part `[rows, channels]`. */
export const joinChannels: Kernel<JoinOptions> = {
  name: 'joinChannels',
  wgsl: options =>
    eachVector(
      'joinChannels',
      options,
      T => `
@group(0) @binding(0) var<storage, read_write> joined: array<${T}>;
${unroll(options.channels.length, part => `@group(0) @binding(${1 + part}) var<storage, read> part${part}: array<${T}>;`)}`,
      (part, inPart, inMap) => `joined[${inMap}] = part${part}[${inPart}];`,
    ),
  sizes: ({ rows, channels }) => ({
    outputs: [rows * sum(channels)],
    inputs: channels.map(count => rows * count),
  }),
  reference(options, joined, ...parts) {
    eachNumber(options, (part, inPart, inMap) => {
      joined[inMap] = parts[part]?.[inPart] ?? 0;
    });
  },
  cases,
};

/** Buffers: each part `[rows, channels]`, then the joined map `[rows, sum of channels]`. */
export const splitChannels: Kernel<JoinOptions> = {
  name: 'splitChannels',
  wgsl: options => {
    const count = options.channels.length;
    return eachVector(
      'splitChannels',
      options,
      T => `
${unroll(count, part => `@group(0) @binding(${part}) var<storage, read_write> part${part}: array<${T}>;`)}
@group(0) @binding(${count}) var<storage, read> joined: array<${T}>;`,
      (part, inPart, inMap) => `part${part}[${inPart}] = joined[${inMap}];`,
    );
  },
  sizes: ({ rows, channels }) => ({
    outputs: channels.map(count => rows * count),
    inputs: [rows * sum(channels)],
  }),
  reference(options, ...maps) {
    const joined = maps.at(-1) as Values;
    eachNumber(options, (part, inPart, inMap) => {
      const map = maps[part];
      if (map) map[inPart] = joined[inMap] ?? 0;
    });
  },
  cases,
};
