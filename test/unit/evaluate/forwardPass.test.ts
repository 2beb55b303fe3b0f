import { beforeAll, expect, test } from 'vitest';
import { resolveConfig } from '../../../workers/config/resolveConfig';
import { forwardOutputs } from '../../../workers/evaluate/forwardPass';
import { captureStep } from '../../../workers/gpu/capture/captureStep';
import { bufferOf } from '../../../workers/gpu/dispatch';
import { rehearse } from '../../../workers/gpu/rehearsal/rehearse';
import { createModel, disposeModel } from '../../../workers/model/model';
import * as tf from '../../../workers/tf/tf';
import { defaultTraits, installWebGpuNames } from '../../fixtures/nodeWebGpu';

beforeAll(installWebGpuNames);

/** The largest buffer that an evaluation of the papers' network asks for. */
function largestOf(precision: 'float32' | 'half', batch: number): number {
  return rehearse(defaultTraits(), (backend, ledger) => {
    const config = resolveConfig({ preset: 'paper', batchSize: batch, precision });
    const model = createModel(config, 'dynamic', [118, 7], 'blank');
    const words = tf.zeros<tf.Rank.R1>([(batch * 160 * 160 * 3) / 4], 'int32');
    const inputs = [words, tf.zeros<tf.Rank.R1>([2], 'int32')] as const;
    for (const input of inputs) bufferOf(backend, input);
    captureStep(backend, () => forwardOutputs(model, batch, inputs), { changesState: false }).dispose();
    tf.dispose([...inputs]);
    disposeModel(model);
    return ledger.largest;
  });
}

test('in half precision an evaluation of the papers’ batch of 90 fits the binding that its training fits', () => {
  const largestMap = 90 * 77 * 77 * 64;
  expect(largestOf('half', 90)).toBe(largestMap * 2);
  expect(largestOf('float32', 90)).toBe(largestMap * 4);
  expect(largestMap * 4, 'which WebGPU’s default binding does not allow').toBeGreaterThan(2 ** 27);
});
