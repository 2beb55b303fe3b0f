/**
 * @file Center loss (eq. 4): the distance of each sample from the center of its class, and the step of the centers
 * towards the mean of their samples. A label of −1 is masked. Only one thread moves each center, so a run repeats to
 * the bit.
 */
import { flatGrid, flatMain, float, type Kernel, type Values } from '../../wgsl/kernel';

export interface CenterOptions {
  batch: number;
  classes: number;
  features: number;
}

export interface CenterDistanceOptions extends CenterOptions {
  /** Takes ‖x − c‖, as eq. 4 is printed, instead of ½‖x − c‖². */
  printed: boolean;
}

export interface MoveCentersOptions extends CenterOptions {
  /** The number a of METHOD section 2. It says how much of a center stays. */
  rate: number;
}

const threads = 64;

const cases: readonly CenterOptions[] = [
  { batch: 9, classes: 4, features: 70 },
  { batch: 1, classes: 2, features: 1 },
];

/** The example has classes with several samples, a class without samples, and masked samples. */
const example = ({ batch, classes, features }: CenterOptions): Values[] => [
  Float32Array.from({ length: batch * features }, (_, i) => Math.sin(1.7 * i)),
  Int32Array.from({ length: batch }, (_, i) => ((i * i) % classes) - (i % 4 === 3 ? classes : 0)).map(label =>
    Math.max(label, -1),
  ),
];

/** Avoids 0 / 0 if a sample lies on its center. */
const smallest = 1e-20;

/**
 * Buffers: slopes of each sample's distance by x, x − c of its class or that over ‖x − c‖ `[batch, features]`, 0 where
 * masked; distances, ½‖x − c‖² or ‖x − c‖ `[batch]`; x `[batch, features]`, labels
 * `[batch]` i32, centers `[classes, features]`. One workgroup a sample.
 */
export const centerDistances: Kernel<CenterDistanceOptions> = {
  name: 'centerDistances',
  wgsl: ({ batch, features, printed }) => ({
    label: 'centerDistances',
    workgroups: [batch, 1, 1],
    wgsl: `
@group(0) @binding(0) var<storage, read_write> slopes: array<f32>;
@group(0) @binding(1) var<storage, read_write> distances: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> labels: array<i32>;
@group(0) @binding(4) var<storage, read> centers: array<f32>;
var<workgroup> shares: array<f32, ${threads}>;
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let sample = group.x;
  let label = labels[sample];
  let center = u32(max(label, 0)) * ${features}u;
  var share = 0.0;
  for (var k = thread; k < ${features}u; k += ${threads}u) {
    let i = sample * ${features}u + k;
    let difference = select(0.0, x[i] - centers[center + k], label >= 0);
    slopes[i] = difference;
    share += difference * difference;
  }
  shares[thread] = share;
  workgroupBarrier();
  ${printed ? '' : 'if (thread > 0u) { return; }'}
  var sum = 0.0;
  for (var i = 0; i < ${threads}; i++) { sum += shares[i]; }
  ${
    printed
      ? `let distance = sqrt(sum);
  for (var k = thread; k < ${features}u; k += ${threads}u) {
    slopes[sample * ${features}u + k] /= max(distance, ${smallest});
  }
  if (thread == 0u) { distances[sample] = distance; }`
      : 'distances[sample] = 0.5 * sum;'
  }
}`,
  }),
  sizes: ({ batch, classes, features }) => ({
    outputs: [batch * features, batch],
    inputs: [batch * features, batch, classes * features],
  }),
  reference({ batch, features, printed }, slopes, distances, ...buffers) {
    const [x, labels, centers] = buffers as [Values, Values, Values];
    for (let sample = 0; sample < batch; sample++) {
      const label = labels[sample] ?? -1;
      let sum = 0;
      for (let k = 0; k < features; k++) {
        const i = sample * features + k;
        const difference = label < 0 ? 0 : (x[i] ?? 0) - (centers[label * features + k] ?? 0);
        slopes[i] = difference;
        sum += difference * difference;
      }
      distances[sample] = printed ? Math.sqrt(sum) : sum / 2;
      if (!printed) continue;
      const divisor = Math.max(Math.sqrt(sum), smallest);
      for (let i = sample * features; i < (sample + 1) * features; i++)
        slopes[i] = (slopes[i] ?? 0) / divisor;
    }
  },
  example: options => [
    ...example(options),
    Float32Array.from({ length: options.classes * options.features }, (_, i) => Math.cos(0.9 * i)),
  ],
  cases: cases.flatMap(options => [true, false].map(printed => ({ ...options, printed }))),
};

/**
 * c ← c + (1 − a) · mean over the class's samples of (x − c), in place. The thread of a class's first sample in the
 * batch moves its center, element by element. Buffers: centers `[classes, features]`, x `[batch, features]`, labels
 * `[batch]` i32.
 */
export const moveCenters: Kernel<MoveCentersOptions> = {
  name: 'moveCenters',
  wgsl: ({ batch, features, rate }) => ({
    label: 'moveCenters',
    workgroups: flatGrid(batch * features),
    wgsl: `
@group(0) @binding(0) var<storage, read_write> centers: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<i32>;
${flatMain(batch * features)}
  let first = i / ${features};
  let k = i - first * ${features};
  let label = labels[first];
  if (label < 0) { return; }
  for (var earlier = 0; earlier < first; earlier++) { if (labels[earlier] == label) { return; } }
  let at = label * ${features} + k;
  let center = centers[at];
  var sum = 0.0;
  var count = 0.0;
  for (var sample = first; sample < ${batch}; sample++) {
    if (labels[sample] == label) {
      sum += x[sample * ${features} + k] - center;
      count += 1.0;
    }
  }
  centers[at] = center + ${float(1 - rate)} * (sum / count);
}`,
  }),
  sizes: ({ batch, classes, features }) => ({
    outputs: [classes * features],
    inputs: [batch * features, batch],
  }),
  reference({ classes, features, rate }, centers, x, labels) {
    for (let label = 0; label < classes; label++) {
      const own = Array.from(labels ?? []).flatMap((other, sample) => (other === label ? [sample] : []));
      if (own.length === 0) continue;
      for (let k = 0; k < features; k++) {
        const center = centers[label * features + k] ?? 0;
        const sum = own.reduce((total, sample) => total + (x?.[sample * features + k] ?? 0) - center, 0);
        centers[label * features + k] = center + ((1 - rate) * sum) / own.length;
      }
    }
  },
  example,
  cases: cases.map(options => ({ ...options, rate: 0.25 })),
};
