/** @file Mean over a map's pixels: `[batch, pixels, channels]` → `[batch, channels]`. */
import { flatGrid, flatMain, float, type Kernel, lanesOf, vectorType } from '../../wgsl/kernel';

export interface GlobalAverageOptions {
  batch: number;
  pixels: number;
  channels: number;
}

/** Buffers: mean `[batch, channels]`, map `[batch, pixels, channels]`. */
export const globalAverage: Kernel<GlobalAverageOptions> = {
  name: 'globalAverage',
  wgsl({ batch, pixels, channels }) {
    const lanes = lanesOf(channels);
    const vectors = channels / lanes;
    const T = vectorType(lanes);
    return {
      label: 'globalAverage',
      workgroups: flatGrid(batch * vectors),
      wgsl: `
@group(0) @binding(0) var<storage, read_write> mean: array<${T}>;
@group(0) @binding(1) var<storage, read> map: array<${T}>;
${flatMain(batch * vectors)}
  let image = i / ${vectors};
  let first = image * ${pixels * vectors} + i - image * ${vectors};
  var sum = ${T}();
  for (var pixel = 0; pixel < ${pixels}; pixel++) { sum += map[first + pixel * ${vectors}]; }
  mean[i] = sum * ${float(1 / pixels)};
}`,
    };
  },
  sizes: ({ batch, pixels, channels }) => ({
    outputs: [batch * channels],
    inputs: [batch * pixels * channels],
  }),
  reference({ batch, pixels, channels }, mean, map) {
    for (let b = 0; b < batch; b++)
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let pixel = 0; pixel < pixels; pixel++) sum += map[(b * pixels + pixel) * channels + c] ?? 0;
        mean[b * channels + c] = sum / pixels;
      }
  },
  cases: [
    { batch: 3, pixels: 15, channels: 8 },
    { batch: 1, pixels: 1, channels: 5 },
  ],
};

/**
 * In the gradient every pixel gets an equal share. Buffers: dmap `[batch, pixels, channels]`, dmean `[batch,
 * channels]`.
 */
export const globalAverageGradient: Kernel<GlobalAverageOptions> = {
  name: 'globalAverageGradient',
  wgsl({ batch, pixels, channels }) {
    const lanes = lanesOf(channels);
    const vectors = channels / lanes;
    const T = vectorType(lanes);
    return {
      label: 'globalAverageGradient',
      workgroups: flatGrid(batch * pixels * vectors),
      wgsl: `
@group(0) @binding(0) var<storage, read_write> dmap: array<${T}>;
@group(0) @binding(1) var<storage, read> dmean: array<${T}>;
${flatMain(batch * pixels * vectors)}
  dmap[i] = dmean[(i / ${pixels * vectors}) * ${vectors} + i % ${vectors}] * ${float(1 / pixels)};
}`,
    };
  },
  sizes: ({ batch, pixels, channels }) => ({
    outputs: [batch * pixels * channels],
    inputs: [batch * channels],
  }),
  reference({ pixels, channels }, dmap, dmean) {
    for (let i = 0; i < dmap.length; i++) {
      const image = Math.floor(i / (pixels * channels));
      dmap[i] = (dmean[image * channels + (i % channels)] ?? 0) / pixels;
    }
  },
  cases: [
    { batch: 3, pixels: 15, channels: 8 },
    { batch: 2, pixels: 1, channels: 5 },
  ],
};
