import '../../fixtures/moreKernels';
import { beforeAll, describe, expect, test } from 'vitest';
import { PRESETS } from '../../../workers/config/presets';
import type { Network, NetworkEntry, NetworkOptions } from '../../../workers/nets/network';
import { NETWORKS } from '../../../workers/nets/networks';
import type { Pass } from '../../../workers/ops/pass';
import * as tf from '../../../workers/tf/tf';

beforeAll(() => tf.setBackend('cpu'));

const inference: Pass = {
  training: false,
  dropout: () => {
    throw new Error('inference draws no dropout');
  },
  batchNormDecay: null,
  onMoments: () => {
    throw new Error('inference takes no moments');
  },
};
const training: Pass = {
  training: true,
  dropout: (_, features) => features,
  batchNormDecay: 0.9,
  onMoments: () => {},
};

const at160 = (classes: number): NetworkOptions => ({
  inputSize: 160,
  width: 1,
  classes: Array(classes).fill(10),
  seed: 1,
});
const outputs = (plan: { layers: readonly { name: string; output: readonly number[] }[] }) =>
  new Map(plan.layers.map(({ name, output }) => [name, output.join('×')]));
const image = (batch: number, size: number) =>
  tf.tidy(() => tf.reshape<tf.Rank.R4>(tf.sin(tf.range(0, batch * size * size * 3)), [batch, size, size, 3]));

describe("the papers' network at 160 px", () => {
  const two = NETWORKS.inceptionResnet.plan(at160(2));
  const three = NETWORKS.inceptionResnet.plan(at160(3));

  test('two branches hold 12 834 992 parameters, three hold 16 034 992, heads apart', () => {
    expect(two.parameters).toBe(12_834_992);
    expect(three.parameters).toBe(16_034_992);
    expect(two.headParameters).toBe(2 * (1792 * 10 + 10));
  });

  test('the trunk holds 6 434 992 of them and each branch 3 200 000', () => {
    expect(three.parameters - two.parameters).toBe(3_200_000);
    expect(two.parameters - 2 * 3_200_000).toBe(6_434_992);
  });

  test('an embedding of 128 units adds 1792 · 128 + 128 parameters a branch, and the heads read 128 features', () => {
    const embedded = NETWORKS.inceptionResnet.plan({ ...at160(2), embedding: 128 });
    expect(embedded.parameters - two.parameters).toBe(2 * (1792 * 128 + 128));
    expect(embedded.headParameters).toBe(2 * (128 * 10 + 10));
    expect(embedded.bottleneck).toBe(128);
    expect(NETWORKS.inceptionResnet.plan({ ...at160(2), embedding: 0 })).toEqual(two);
  });

  test('a forward pass of two branches costs 0.903 G multiply-adds an image', () => {
    const total = two.layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0);
    expect(total / 1e9).toBeCloseTo(0.903, 3);
  });

  test('maps shrink as in the stage table', () => {
    const map = outputs(two);
    const stem = ['stem1', 'stem2', 'stem3', 'stemPool', 'stem4', 'stem5', 'stem6'];
    expect(stem.map(name => map.get(`trunk/${name}`))).toEqual([
      '79×79×32',
      '77×77×32',
      '77×77×64',
      '38×38×64',
      '38×38×80',
      '36×36×192',
      '17×17×256',
    ]);
    expect(map.get('trunk/block35/up')).toBe('17×17×256');
    expect(map.get('trunk/block17/up')).toBe('8×8×896');
    expect(two.trunkShape).toEqual([3, 3, 1792]);
    expect(map.get('branch2/block8b/up')).toBe('3×3×1792');
    expect(two.bottleneck).toBe(1792);
  });

  test('the full network repeats its stages 5, 10 and 5 times', () => {
    const plan = NETWORKS.inceptionResnetFull.plan(at160(2));
    const ups = (stage: string) =>
      plan.layers.filter(({ name }) => name.startsWith(stage) && name.endsWith('/up')).length;
    expect([ups('trunk/block35'), ups('trunk/block17'), ups('branch1/block8')]).toEqual([5, 10, 6]);
    expect(plan.trunkShape).toEqual([3, 3, 1792]);
  });
});

describe('presets', () => {
  const withTasks = (id: keyof typeof PRESETS, tasks: number) => {
    const { shared, perTask } = PRESETS[id].parameters;
    return shared + tasks * perTask;
  };

  test('tiny with 24 identities and 7 expressions has 35 295 parameters and Z of 512', () => {
    const plan = NETWORKS.tiny.plan({ inputSize: 32, width: 1, classes: [24, 7], seed: 1 });
    expect(plan.parameters + plan.headParameters).toBe(35_295);
    expect(plan.trunkShape).toEqual([4, 4, 32]);
    expect(plan.parameters).toBe(withTasks('tiny', 2));
  });

  test('mini has about 210 thousand parameters', () => {
    expect(withTasks('mini', 2)).toBeGreaterThan(195_000);
    expect(withTasks('mini', 2)).toBeLessThan(225_000);
  });

  test.each(Object.entries(PRESETS))('%s plans a network whose every map has pixels', (_, preset) => {
    const { inputSize, width } = preset.defaults;
    const plan = NETWORKS[preset.network].plan({ inputSize, width, classes: [24, 7], seed: 1 });
    for (const { output } of plan.layers) expect(Math.min(...output)).toBeGreaterThan(0);
  });

  test('paper and full carry the counts of their networks', () => {
    expect([withTasks('paper', 2), withTasks('paper', 3)]).toEqual([12_834_992, 16_034_992]);
    expect(withTasks('full', 2)).toBeGreaterThan(12_834_992);
  });
});

/** A size at which every network can be built and run in plain JavaScript. */
const size = { inputSize: 48, width: 1 / 8 };

const built = Object.entries<NetworkEntry>(NETWORKS).flatMap(([id, entry]) =>
  [0, 12].map(embedding => [id, embedding, entry] as const),
);
describe.each(built)('%s, built with an embedding of %i', (_, embedding, entry) => {
  const options: NetworkOptions = { ...size, classes: [5, 3], seed: 7, embedding };
  const using = <T>(seed: number, use: (network: Network) => T): T => {
    const network = entry.build({ ...options, seed });
    try {
      return use(network);
    } finally {
      network.dispose();
    }
  };
  const values = (network: Network) =>
    network.parameters.map(({ name, variable }) => [name, Array.from(variable.dataSync())] as const);

  test('it makes the shapes it planned', () => {
    const plan = entry.plan(options);
    using(7, network => {
      tf.tidy(() => {
        const z = network.trunk(image(2, size.inputSize), inference);
        expect(z.shape).toEqual([2, ...plan.trunkShape]);
        const features = network.branch(1, z, inference);
        expect(features.shape).toEqual([2, plan.bottleneck]);
        expect(network.head(1, features).shape).toEqual([2, 3]);
      });
      const count = network.parameters.reduce((sum, { variable }) => sum + variable.size, 0);
      expect(count).toBe(plan.parameters + plan.headParameters);
    });
  });

  test('one seed gives equal networks, heads included; another seed gives other kernels', () => {
    const first = using(7, values);
    const second = using(7, values);
    const other = using(8, values);
    expect(second).toEqual(first);
    for (const [i, [name, kernel]] of first.entries()) {
      const changed = other[i]?.[1].some((value, j) => value !== kernel[j]);
      expect(changed, name).toBe(name.endsWith('/kernel'));
    }
  });

  test('kernels are Glorot uniform, biases and β zero, and only kernels decay', () => {
    using(7, network => {
      for (const { name, variable, decays } of network.parameters) {
        expect(decays, name).toBe(name.endsWith('/kernel'));
        const { shape } = variable;
        const numbers = variable.dataSync<'float32'>();
        if (!decays) {
          expect(
            numbers.every(value => value === 0),
            name,
          ).toBe(true);
          continue;
        }
        const area = shape.length === 4 ? (shape[0] ?? 1) * (shape[1] ?? 1) : 1;
        const limit = Math.sqrt(6 / (area * ((shape.at(-2) ?? 1) + (shape.at(-1) ?? 1))));
        const largest = numbers.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
        expect(largest, name).toBeLessThanOrEqual(limit * (1 + 1e-6));
        // The chance that all of n ≥ 15 uniform draws stay under .7 of the limit is .7ⁿ < .5 %, and the seed is fixed.
        expect(largest, name).toBeGreaterThan(0.7 * limit);
      }
    });
  });

  test('names are unique and every batch norm hands over its moments once', () => {
    using(7, network => {
      const names = [...network.parameters, ...network.statistics].map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      const seen: string[] = [];
      tf.tidy(() => {
        const pass: Pass = {
          ...training,
          onMoments: (mean, variance, batchMean, batchVariance) => {
            seen.push(mean.name, variance.name);
            expect(batchMean.shape).toEqual(mean.variable.shape);
            expect(batchVariance.shape).toEqual(variance.variable.shape);
          },
        };
        const z = network.trunk(image(2, size.inputSize), pass);
        network.branch(0, z, pass);
        network.branch(1, z, pass);
      });
      expect(seen.sort()).toEqual(network.statistics.map(({ name }) => name).sort());
    });
  });

  test('every parameter of trunk, branch and head has a gradient', () => {
    using(7, network => {
      const grads = tf.tidy(() => {
        const { grads } = tf.variableGrads(
          () => {
            const z = network.trunk(image(3, size.inputSize), training);
            const sums = [0, 1].map(task =>
              tf.sum(tf.square(network.head(task, network.branch(task, z, training)))),
            );
            return tf.addN(sums) as tf.Scalar;
          },
          network.parameters.map(({ variable }) => variable),
        );
        return network.parameters.map(({ name, variable }) => ({
          name,
          finite: grads[variable.name]?.dataSync().every(Number.isFinite),
        }));
      });
      expect(grads.filter(({ finite }) => !finite)).toEqual([]);
    });
  });

  test('building, running and disposing leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    using(7, network => {
      tf.tidy(() => {
        network.head(0, network.branch(0, network.trunk(image(2, size.inputSize), training), training));
      });
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('a zero input size, width or class count is refused in words', () => {
  const good: NetworkOptions = { inputSize: 32, width: 1, classes: [5], seed: 1 };
  expect(() => NETWORKS.tiny.plan({ ...good, inputSize: 0 })).toThrow(/inputSize 0/);
  expect(() => NETWORKS.tiny.plan({ ...good, width: 0 })).toThrow(/width 0/);
  expect(() => NETWORKS.tiny.plan({ ...good, classes: [5, 0] })).toThrow(/\[5, 0\]/);
});

test('a task that the network lacks is refused', () => {
  const network = NETWORKS.tiny.build({ inputSize: 32, width: 1, classes: [5], seed: 1 });
  const features = tf.zeros<tf.Rank.R2>([1, 48]);
  expect(() => network.head(1, features)).toThrow(/has 1 tasks/);
  features.dispose();
  network.dispose();
});
