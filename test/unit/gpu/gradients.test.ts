import { expect, test } from 'vitest';
import { batchNormApply } from '../../../workers/gpu/kernels/batchNormApply';
import { batchNormGradientSums } from '../../../workers/gpu/kernels/batchNormGradientSums';
import { batchNormInputGradient } from '../../../workers/gpu/kernels/batchNormInputGradient';
import { batchNormMoments } from '../../../workers/gpu/kernels/batchNormMoments';
import { batchNormSums } from '../../../workers/gpu/kernels/batchNormSums';
import { convFilterGradient } from '../../../workers/gpu/kernels/convFilterGradient';
import { convForward } from '../../../workers/gpu/kernels/convForward';
import { convCases, convSizes } from '../../../workers/gpu/kernels/convGeometry';
import { convInputGradient } from '../../../workers/gpu/kernels/convInputGradient';
import { crossEntropyRows, maskedMean, scaledBy } from '../../../workers/gpu/kernels/crossEntropy';
import { globalAverage, globalAverageGradient } from '../../../workers/gpu/kernels/globalAverage';
import { maxPool, maxPoolGradient, poolCases, tapCount } from '../../../workers/gpu/kernels/maxPool';
import { normaliseRows, normaliseRowsGradient } from '../../../workers/gpu/kernels/normaliseRows';
import { reluGradient } from '../../../workers/gpu/kernels/reluGradient';
import { sumPairs } from '../../../workers/gpu/kernels/sumPairs';
import { sumSplits } from '../../../workers/gpu/kernels/sumSplits';

/*
 * The GPU kernels are tested against these plain twins in Chromium; here the twins' gradients are tested against
 * central differences. All of it is double precision: with h = 1e-5 the difference is off by about h² and ε/h, 1e-10.
 */
const h = 1e-5;
const tolerance = 1e-8;

const wave = (length: number, phase: number) =>
  Float64Array.from({ length }, (_, i) => Math.sin(1.7 * i + phase) + 0.3 * Math.sin(0.41 * i * phase + 1));
const zeros = (length: number) => new Float64Array(length);
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/** The slope of Σ f(inputs) · upstream along a wave in every input, by difference and by the given gradients. */
function expectSlope(
  f: (inputs: Float64Array[]) => Float64Array,
  inputs: Float64Array[],
  gradients: (upstream: Float64Array) => Float64Array[],
): void {
  const upstream = wave(f(inputs).length, 3);
  const directions = inputs.map(({ length }, i) => wave(length, 5 + i));
  const along = (step: number) =>
    dot(
      f(inputs.map((input, i) => input.map((value, j) => value + step * (directions[i]?.[j] ?? 0)))),
      upstream,
    );
  const numeric = (along(h) - along(-h)) / (2 * h);
  const analytic = gradients(upstream).reduce(
    (sum, gradient, i) => sum + dot(gradient, directions[i] ?? zeros(0)),
    0,
  );
  expect(Math.abs(numeric)).toBeGreaterThan(1e-3);
  expect(Math.abs(numeric - analytic) / Math.max(1, Math.abs(numeric))).toBeLessThan(tolerance);
}

test.each(convCases)('convolution: both gradients are its slopes, case %#', geometry => {
  const { input, output, kernel } = convSizes(geometry);
  const [x, w] = [wave(input, 1), wave(kernel, 2)];
  const forward = ([x, w]: Float64Array[]) => {
    const y = zeros(output);
    convForward.reference({ geometry, scale: 0.5 }, y, x ?? zeros(0), w ?? zeros(0));
    return y;
  };
  expectSlope(forward, [x, w], dy => {
    const [dx, parts, dw] = [zeros(input), zeros(2 * kernel), zeros(kernel)];
    convInputGradient.reference({ geometry, scale: 0.5 }, dx, dy, w);
    convFilterGradient.reference({ geometry, splits: 2 }, parts, x, dy);
    sumSplits.reference({ splits: 2, size: kernel, scale: 0.5 }, dw, parts);
    return [dx, dw];
  });
});

test('batch norm with ReLU: dy and dβ are its slopes, moments included', () => {
  const [rows, channels, splits, epsilon] = [23, 5, 3, 1e-3];
  const options = { rows, channels, splits, epsilon };
  const moments = (y: Float64Array) => {
    const [parts, mean, variance] = [zeros(splits * 3 * channels), zeros(channels), zeros(channels)];
    batchNormSums.reference(options, parts, y);
    batchNormMoments.reference(options, mean, variance, parts);
    return [mean, variance] as const;
  };
  const forward = ([y, beta]: Float64Array[]) => {
    const z = zeros(rows * channels);
    batchNormApply.reference(options, z, y ?? zeros(0), ...moments(y ?? zeros(0)), beta ?? zeros(0));
    return z;
  };
  const [y, beta] = [wave(rows * channels, 1), wave(channels, 2)];
  expectSlope(forward, [y, beta], dz => {
    const norm = [y, ...moments(y), beta] as const;
    const [parts, dbeta, products] = [zeros(splits * 2 * channels), zeros(channels), zeros(channels)];
    batchNormGradientSums.reference(options, parts, dz, ...norm);
    sumPairs.reference(options, dbeta, products, parts);
    const dy = zeros(rows * channels);
    batchNormInputGradient.reference(options, dy, dz, ...norm, dbeta, products);
    return [dy, dbeta];
  });
});

test.each(poolCases)('max pooling: its gradient is its slope, case %#', geometry => {
  const { outputs, inputs } = maxPool.sizes(geometry);
  const forward = (x: Float64Array) => {
    const [y, taps] = [zeros(outputs[0] ?? 0), new Int32Array(tapCount(geometry))];
    maxPool.reference(geometry, y, taps, x);
    return { y, taps };
  };
  const x = wave(inputs[0] ?? 0, 1);
  expectSlope(
    ([x]) => forward(x ?? zeros(0)).y,
    [x],
    dy => {
      const dx = zeros(x.length);
      maxPoolGradient.reference(geometry, dx, dy, forward(x).taps);
      return [dx];
    },
  );
});

test('the mean over a map: its gradient is its slope', () => {
  const options = { batch: 2, pixels: 6, channels: 3 };
  const forward = ([x]: Float64Array[]) => {
    const y = zeros(6);
    globalAverage.reference(options, y, x ?? zeros(0));
    return y;
  };
  expectSlope(forward, [wave(36, 1)], dy => {
    const dx = zeros(36);
    globalAverageGradient.reference(options, dx, dy);
    return [dx];
  });
});

test('ReLU: its gradient from the output is its slope', () => {
  const relu = (x: Float64Array) => x.map(value => Math.max(value, 0));
  const x = wave(20, 1);
  expectSlope(
    ([x]) => relu(x ?? zeros(0)),
    [x],
    dz => {
      const dx = zeros(20);
      reluGradient.reference({ size: 20 }, dx, dz, relu(x));
      return [dx];
    },
  );
});

test('masked cross-entropy: its gradient is its slope', () => {
  const [rows, classes] = [6, 5];
  const labels = Int32Array.of(3, -1, 0, 4, 4, -1);
  const run = (logits: Float64Array) => {
    const [values, excess] = [zeros(2 * rows), zeros(rows * classes)];
    const [mean, accuracy, inverse] = [zeros(1), zeros(1), zeros(1)];
    crossEntropyRows.reference({ rows, classes }, values, excess, logits, labels);
    maskedMean.reference({ rows, kinds: 2 }, mean, accuracy, inverse, values, labels);
    return { mean, excess, inverse };
  };
  const logits = wave(rows * classes, 1);
  expectSlope(
    ([logits]) => run(logits ?? zeros(0)).mean,
    [logits],
    dy => {
      const { excess, inverse } = run(logits);
      const gradient = zeros(rows * classes);
      scaledBy.reference({ size: rows * classes, scalars: 2 }, gradient, excess, dy, inverse);
      return [gradient];
    },
  );
});

test('rows of unit length: the gradient is their slope', () => {
  const options = { rows: 3, features: 4, epsilon: 1e-10 };
  const run = (x: Float64Array) => {
    const [y, inverse] = [zeros(12), zeros(3)];
    normaliseRows.reference(options, y, inverse, x);
    return { y, inverse };
  };
  const x = wave(12, 1);
  expectSlope(
    ([x]) => run(x ?? zeros(0)).y,
    [x],
    dy => {
      const { y, inverse } = run(x);
      const dx = zeros(12);
      normaliseRowsGradient.reference(options, dx, dy, y, inverse);
      return [dx];
    },
  );
});
