import { describe, expect, test } from 'vitest';
import { batchNormApply } from '../../../workers/gpu/kernels/batchNorm/batchNormApply';
import { batchNormGradientSums } from '../../../workers/gpu/kernels/batchNorm/batchNormGradientSums';
import { batchNormInputGradient } from '../../../workers/gpu/kernels/batchNorm/batchNormInputGradient';
import { batchNormMoments } from '../../../workers/gpu/kernels/batchNorm/batchNormMoments';
import { batchNormSums } from '../../../workers/gpu/kernels/batchNorm/batchNormSums';
import { sumPairs } from '../../../workers/gpu/kernels/batchNorm/sumPairs';
import { convFilterGradient } from '../../../workers/gpu/kernels/conv/convFilterGradient';
import { convForward } from '../../../workers/gpu/kernels/conv/convForward';
import { convInputGradient, remaindersOf } from '../../../workers/gpu/kernels/conv/convInputGradient';
import { sumSplits } from '../../../workers/gpu/kernels/conv/sumSplits';
import { centerDistances } from '../../../workers/gpu/kernels/loss/centerLoss';
import { crossEntropyRows, maskedMean, scaledBy } from '../../../workers/gpu/kernels/loss/crossEntropy';
import { normaliseRows, normaliseRowsGradient } from '../../../workers/gpu/kernels/loss/normaliseRows';
import { globalAverage, globalAverageGradient } from '../../../workers/gpu/kernels/map/globalAverage';
import { maxPool, maxPoolGradient, poolCases, tapCount } from '../../../workers/gpu/kernels/map/maxPool';
import { reluGradient } from '../../../workers/gpu/kernels/map/reluGradient';
import { unitForward } from '../../../workers/gpu/kernels/unit/unitForward';
import { unitGradient, unitInputGradient } from '../../../workers/gpu/kernels/unit/unitGradients';
import { recordLength, unitCases } from '../../../workers/gpu/kernels/unit/unitShape';
import { unitSlopes } from '../../../workers/gpu/kernels/unit/unitSlopes';
import { unitWeights } from '../../../workers/gpu/kernels/unit/unitWeights';
import {
  weightedSum,
  weightedSumGradient,
  weightedSumWeightGradient,
} from '../../../workers/gpu/kernels/unit/weightedSum';
import { convCases, convSizes } from '../../../workers/gpu/wgsl/convGeometry';

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
    for (const remainder of remaindersOf(geometry))
      convInputGradient.reference({ geometry, scale: 0.5, remainder }, dx, dy, w);
    convFilterGradient.reference({ geometry, splits: 2, scale: 0.5 }, parts, x, dy);
    sumSplits.reference({ splits: 2, size: kernel }, dw, parts);
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

test.each([false, true])(
  'center loss (printed norm: %s): the gradient is its slope, masked samples none',
  printed => {
    const [batch, classes, features] = [5, 3, 4];
    const labels = Int32Array.of(2, -1, 0, 2, 0);
    const [base, scale] = [Float64Array.of(0.7), Float64Array.of(0.3)];
    const run = (x: Float64Array) => {
      const [differences, halves, loss, inverse] = [zeros(20), zeros(batch), zeros(1), zeros(1)];
      const centers = wave(classes * features, 2);
      centerDistances.reference(
        { batch, classes, features, printed },
        differences,
        halves,
        x,
        labels,
        centers,
      );
      const mean = { rows: batch, kinds: 1, added: true };
      maskedMean.reference(mean, loss, inverse, halves, labels, base, scale);
      return { loss, differences, inverse };
    };
    const x = wave(batch * features, 1);
    expectSlope(
      ([x]) => run(x ?? zeros(0)).loss,
      [x],
      dy => {
        const { differences, inverse } = run(x);
        const dx = zeros(20);
        scaledBy.reference({ size: 20, scalars: 3 }, dx, differences, dy, inverse, scale);
        return [dx];
      },
    );
  },
);

// Every way to normalise, with all tasks in the batch and with one of three absent.
const unitDraws = unitCases
  .filter(({ rows }) => rows > 1)
  .flatMap(shape => [
    { ...shape, absent: -1 },
    ...(shape.rows > 2 ? [{ ...shape, absent: shape.batch > 1 ? 1 : 0 }] : []),
  ]);

describe.each(unitDraws)('the weight unit, case %#', ({ absent, ...shape }) => {
  const { batch, zSize, rows } = shape;
  const present = Float64Array.from({ length: rows }, (_, r) => (r === absent ? 0 : 1));
  const [z, psi, b] = [wave(batch * zSize, 1), wave(rows * zSize, 2), wave(rows, 4)];
  const records = (z: Float64Array, psi: Float64Array, b: Float64Array) => {
    const records = zeros(batch * recordLength(rows));
    unitForward.reference({ ...shape, firstTask: 0 }, records, z, psi, b, present);
    return records;
  };
  const weightsOf = ([z, psi, b]: Float64Array[]) => {
    const weights = zeros(rows);
    const all = records(z ?? zeros(0), psi ?? zeros(0), b ?? zeros(0));
    unitWeights.reference({ batch, rows, firstTask: 0 }, weights, zeros(1), all);
    return weights;
  };
  const parameterGradients = (slopes: Float64Array) => {
    const [dpsi, db] = [zeros(rows * zSize), zeros(rows)];
    unitGradient.reference(shape, dpsi, db, slopes, records(z, psi, b), z);
    return [dpsi, db];
  };
  const slopesFrom = (from: 'weights' | 'l3', ...inputs: Float64Array[]) => {
    const slopes = zeros(batch * rows);
    unitSlopes.reference({ ...shape, firstTask: 0, from }, slopes, records(z, psi, b), ...inputs);
    return slopes;
  };

  test('the weights’ gradients are their slopes in Z, ψ and b', () => {
    // Their sum is 1 for all inputs, so the upstream gradient must differ between tasks: else the gradient would be 0.
    expectSlope(weightsOf, [z, psi, b], dweights => {
      const slopes = slopesFrom('weights', dweights);
      const dz = zeros(batch * zSize);
      unitInputGradient.reference(shape, dz, slopes, psi, records(z, psi, b), b, z);
      return [dz, ...parameterGradients(slopes)];
    });
  });

  test('the true gradient of L3 is its slope in ψ and b, an absent task’s term left out', () => {
    const losses = Array.from({ length: rows }, (_, r) => Float64Array.of(0.02 + 0.5 * r));
    const sigma = Float64Array.of(0.01);
    const l3 = ([psi, b]: Float64Array[]) => {
      const weights = weightsOf([z, psi ?? zeros(0), b ?? zeros(0)]);
      expect(weights[absent] ?? 0).toBe(0);
      const terms = weights.map((w, r) => w / ((losses[r]?.[0] ?? 0) + 0.01));
      return Float64Array.of(terms.reduce((sum, term) => sum + term, 0));
    };
    expectSlope(l3, [psi, b], dy =>
      parameterGradients(slopesFrom('l3', present, sigma, ...losses)).map(gradient =>
        gradient.map(value => value * (dy[0] ?? 0)),
      ),
    );
  });
});

test('the weighted sum: its gradients are its slopes in the losses and in the weights', () => {
  const tasks = 3;
  const [losses, weights] = [wave(tasks, 1), wave(tasks, 2)];
  const each = (values: Float64Array) => Array.from(values, value => Float64Array.of(value));
  const total = ([losses, weights]: Float64Array[]) => {
    const sum = zeros(1);
    weightedSum.reference({ tasks }, sum, weights ?? zeros(0), ...each(losses ?? zeros(0)));
    return sum;
  };
  expectSlope(total, [losses, weights], dy => {
    const [dlosses, dweights] = [each(zeros(tasks)), zeros(tasks)];
    weightedSumGradient.reference({ tasks }, ...dlosses, weights, dy);
    weightedSumWeightGradient.reference({ tasks }, dweights, dy, ...each(losses));
    return [Float64Array.from(dlosses, ([value = 0]) => value), dweights];
  });
});
