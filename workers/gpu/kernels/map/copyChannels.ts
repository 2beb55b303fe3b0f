/**
 * @file Copies some channels of a map to some channels of another. Maps are joined and split with it. Either map may be
 * stored as halves, so it also converts maps.
 */
import { flatGrid, flatMain, type Kernel, lanesOf, vectorType } from '../../wgsl/kernel';

export interface CopyChannelsOptions {
  rows: number;
  /** The number of channels that are copied. */
  channels: number;
  /** The number of all channels of either map, and the first channel that is written or read. */
  to: { channels: number; first: number };
  from: { channels: number; first: number };
}

/** Buffers: to `[rows, to.channels]`, of which this writes some, from `[rows, from.channels]`. */
export const copyChannels: Kernel<CopyChannelsOptions> = {
  name: 'copyChannels',
  wgsl({ rows, channels, to, from }) {
    const aligned = [channels, to.channels, to.first, from.channels, from.first];
    const lanes = aligned.every(count => lanesOf(count) === 4) ? 4 : 1;
    const T = vectorType(lanes);
    const vectors = channels / lanes;
    return {
      label: 'copyChannels',
      workgroups: flatGrid(rows * vectors),
      wgsl: `
@group(0) @binding(0) var<storage, read_write> joined: array<${T}>;
@group(0) @binding(1) var<storage, read> map: array<${T}>;
${flatMain(rows * vectors)}
  let row = i / ${vectors};
  let c = i - row * ${vectors};
  joined[row * ${to.channels / lanes} + ${to.first / lanes} + c] = map[row * ${from.channels / lanes} + ${from.first / lanes} + c];
}`,
    };
  },
  sizes: ({ rows, to, from }) => ({ outputs: [rows * to.channels], inputs: [rows * from.channels] }),
  reference({ rows, channels, to, from }, target, source) {
    for (let row = 0; row < rows; row++)
      for (let c = 0; c < channels; c++)
        target[row * to.channels + to.first + c] = source?.[row * from.channels + from.first + c] ?? 0;
  },
  cases: [
    { rows: 17, channels: 8, to: { channels: 24, first: 12 }, from: { channels: 8, first: 0 } },
    { rows: 9, channels: 4, to: { channels: 4, first: 0 }, from: { channels: 20, first: 16 } },
    { rows: 5, channels: 3, to: { channels: 7, first: 2 }, from: { channels: 4, first: 1 } },
  ],
};
