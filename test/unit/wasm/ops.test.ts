/** Every differentiable op on the WebAssembly backend, against the same op composed of tfjs's own on the cpu backend. */

import { beforeAll, expect, test } from 'vitest';
import { FUSED } from '../../../workers/gpu/fusedNames';
import * as tf from '../../../workers/tf/tf';
import { wasmBackendName } from '../../../workers/wasm/backend';
import { startWasm } from '../../../workers/wasm/register';
import { evaluate, inputsOf, type Op, opCases, wave, worstError } from '../../fixtures/opCases';
import { randomOps } from '../../fixtures/randomOps';

beforeAll(async () => {
  await startWasm();
});

/** Value and gradients on either backend; whatever else the op makes must be gone afterwards. */
async function expectSame(op: Op, inputsOn: () => tf.Tensor[], what: string): Promise<void> {
  const on = async (backend: string) => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const inputs = inputsOn();
    const values = await evaluate(op, inputs);
    tf.dispose(inputs);
    expect(tf.memory().numTensors, 'tensors left behind').toBe(before);
    return values;
  };
  const wanted = await on('cpu');
  const got = await on(wasmBackendName);
  expect(got.length).toBe(wanted.length);
  // Sums of up to 330 products of numbers in −1 … 1 in float32, in another order on each side.
  got.forEach((values, i) => {
    expect(worstError(values, wanted[i] ?? []), `${what}, tensor ${i}`).toBeLessThan(2e-5);
  });
}

test.each(opCases)('$name', opCase => expectSame(opCase.op, () => inputsOf(opCase), opCase.name));

test.each([1, 2, 3, 4])('values and gradients of random shapes: seed %i', async seed => {
  for (const { what, shapes, op } of randomOps(seed))
    await expectSame(
      op,
      () => shapes.map((shape, i) => wave(shape, i)),
      `${what} of ${shapes.map(shape => `[${shape}]`).join(' ')}`,
    );
});

test('every kernel of tfjs’s cpu backend is here too, and every fused one', () => {
  const has = new Set(tf.getKernelsForBackend(wasmBackendName).map(({ kernelName }) => kernelName));
  const names = [
    ...tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName),
    ...Object.values(FUSED),
  ];
  expect(names.filter(name => !has.has(name))).toEqual([]);
});
