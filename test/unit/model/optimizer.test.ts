/** What every optimizer of the registry must hold, whatever its rule is. */

import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OPTIMIZERS, type OptimizerId } from '../../../workers/model/optimizers/optimizers';
import * as tf from '../../../workers/tf/tf';
import { wasmBackendName } from '../../../workers/wasm/backend';
import { startWasm } from '../../../workers/wasm/register';
import {
  configOf,
  disposeParameters,
  expectNear,
  kernelSize,
  newParameters,
  noLimits,
  split,
  start,
  steps,
  take,
  valuesOf,
} from './optimizerSteps';

const ids = Object.keys(OPTIMIZERS) as OptimizerId[];
const [first = { gradient: [], rate: 0 }] = steps;

/** The gradient with the decay of the kernel added. */
const decayed = (gradient: readonly number[], weightDecay: number) =>
  gradient.map((value, i) => value + (i < kernelSize ? weightDecay * (start[i] ?? 0) : 0));

beforeAll(async () => {
  await startWasm();
});

// On WebAssembly a rule that has a fused kernel runs in it. On the CPU backend every rule is composed of tfjs's ops.
describe.each(['cpu', wasmBackendName])('on %s', backend => {
  beforeEach(async () => {
    if (tf.getBackend() !== backend) await tf.setBackend(backend);
  });

  describe.each(ids)('%s', id => {
    const create = (parameters = newParameters(), limits = noLimits) => ({
      parameters,
      optimizer: OPTIMIZERS[id].create(parameters, limits, configOf(id)),
    });

    test('descends on a quadratic', () => {
      const { parameters, optimizer } = create();
      const loss = () => valuesOf(parameters).reduce((sum, value) => sum + value * value, 0) / 2;
      const before = loss();
      for (let step = 0; step < 200; step++)
        optimizer.apply(
          parameters.map(({ variable }) => variable),
          0.02,
        );
      expect(loss()).toBeLessThan(0.9 * before);
      optimizer.dispose();
      disposeParameters(parameters);
    });

    test('reports the norm of the whole gradient with its decay, before the clip', () => {
      const limits = { clipNorm: 0.5, weightDecay: 0.1 };
      expectNear(take(id, limits, [first]).norms, [Math.hypot(...decayed(first.gradient, 0.1))], 'norm');
    });

    test('decay adds λ·v to the gradient of a kernel v, and nothing to that of a bias', () => {
      const own = take(id, { ...noLimits, weightDecay: 0.1 }, [first]);
      const added = take(id, noLimits, [{ ...first, gradient: decayed(first.gradient, 0.1) }]);
      expectNear(own.values, added.values, 'parameters');
      expect(own.values).not.toEqual(take(id, noLimits, [first]).values);
    });

    test('a clip scales the whole gradient down to its norm, and does nothing to a shorter one', () => {
      const norm = Math.hypot(...first.gradient);
      const shorter = first.gradient.map(value => (value * 2) / norm);
      const clipped = take(id, { ...noLimits, clipNorm: 2 }, [first, ...steps]);
      const [second, third] = steps.map(({ gradient, rate }) => {
        const scale = Math.min(1, 2 / Math.hypot(...gradient));
        return { rate, gradient: gradient.map(value => value * scale) };
      });
      if (!second || !third) throw new Error('two steps expected');
      const scaled = take(id, noLimits, [{ ...first, gradient: shorter }, second, third]);
      expectNear(clipped.values, scaled.values, 'parameters');
      expect(take(id, { ...noLimits, clipNorm: 100 }).values).toEqual(take(id, noLimits).values);
    });

    test('a learning rate in a tensor moves the parameters as the same number does', () => {
      const { parameters, optimizer } = create();
      for (const { gradient, rate } of steps)
        tf.tidy(() => optimizer.apply(split(gradient), tf.scalar(rate)));
      expectNear(valuesOf(parameters), take(id, noLimits).values, 'parameters');
      optimizer.dispose();
      disposeParameters(parameters);
    });

    test('a missing gradient counts as zeros', () => {
      const limits = { ...noLimits, weightDecay: 0.1 };
      const { parameters, optimizer } = create(newParameters(), limits);
      for (const { rate } of steps) tf.tidy(() => optimizer.apply([null, null], rate));
      const zeros = steps.map(({ rate }) => ({ rate, gradient: start.map(() => 0) }));
      const values = valuesOf(parameters);
      expect(values).toEqual(take(id, limits, zeros).values);
      expect(values.slice(kernelSize)).toEqual(start.slice(kernelSize));
      expect(Math.hypot(...values)).toBeLessThan(Math.hypot(...start));
      optimizer.dispose();
      disposeParameters(parameters);
    });

    test('its state has names of its own, and one tensor in the shape of each parameter a slot', () => {
      const { parameters, optimizer } = create();
      const state = optimizer.state();
      expect(new Set(state.map(({ name }) => name)).size).toBe(state.length);
      const slots = new Map<string, string[]>();
      for (const { name, tensor } of state) {
        const [, slot = '', parameter] = /^optimizer\/([^/]+)(?:\/(.+))?$/.exec(name) ?? [name];
        if (parameter === undefined) expect(slot).toBe('corrections');
        else slots.set(slot, [...(slots.get(slot) ?? []), `${parameter} [${tensor.shape}]`]);
      }
      for (const [slot, own] of slots) expect(own, slot).toEqual(['a/kernel [2,3]', 'a/bias [2]']);
      tf.dispose(state.map(({ tensor }) => tensor));
      optimizer.dispose();
      disposeParameters(parameters);
    });

    test('saved and restored it goes on to the bit', () => {
      const limits = { weightDecay: 0.1, clipNorm: 2 };
      const original = create(newParameters(), limits);
      tf.tidy(() => original.optimizer.apply(split(first.gradient), first.rate));
      const halfway = valuesOf(original.parameters);
      const state = original.optimizer.state();
      const last = steps[1] ?? first;
      tf.tidy(() => original.optimizer.apply(split(last.gradient), last.rate));

      const copy = create(newParameters(halfway), limits);
      copy.optimizer.restore(new Map(state.map(({ name, tensor }) => [name, tensor])));
      tf.tidy(() => copy.optimizer.apply(split(last.gradient), last.rate));
      expect(valuesOf(copy.parameters)).toEqual(valuesOf(original.parameters));
      tf.dispose(state.map(({ tensor }) => tensor));
      for (const { parameters, optimizer } of [original, copy]) {
        optimizer.dispose();
        disposeParameters(parameters);
      }
    });

    test('state of another network is refused by name and both shapes, and changes nothing', () => {
      const { parameters, optimizer } = create();
      const state = optimizer.state();
      const read = () =>
        tf.tidy(() => optimizer.state().map(({ tensor }) => Array.from(tensor.dataSync()).join()));
      const old = read();
      const wrong = tf.ones([7]);
      const other = tf.tidy(() => state.map(({ name, tensor }) => [name, tf.add(tensor, 1)] as const));
      for (const { name, tensor } of state) {
        const map = new Map<string, tf.Tensor>(other);
        expect(() => optimizer.restore(map.set(name, wrong))).toThrow(
          `${name} has shape [7], wanted is [${tensor.shape}]`,
        );
        map.delete(name);
        expect(() => optimizer.restore(map)).toThrow(`${name} is missing`);
        expect(read()).toEqual(old);
      }
      tf.dispose([wrong, other.map(([, tensor]) => tensor), state.map(({ tensor }) => tensor)]);
      optimizer.dispose();
      disposeParameters(parameters);
    });

    test('a wrong number of gradients is refused', () => {
      const { parameters, optimizer } = create();
      expect(() => optimizer.apply([null], 0.1)).toThrow('1 gradients for 2 parameters');
      optimizer.dispose();
      disposeParameters(parameters);
    });
  });
});

test.each(ids)('%s takes the same steps fused and composed', async id => {
  const limits = { weightDecay: 0.1, clipNorm: 2 };
  const on = async (backend: string) => {
    await tf.setBackend(backend);
    return take(id, limits);
  };
  const [composed, fused] = [await on('cpu'), await on(wasmBackendName)];
  expectNear(fused.values, composed.values, 'parameters');
  expectNear(fused.norms, composed.norms, 'norms');
});
