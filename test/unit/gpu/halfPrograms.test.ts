/** Programs on halves, compiled by Chrome's compiler: SwiftShader, which the GPU tests run on, has no native ones. */
import { beforeAll, describe, expect, test } from 'vitest';
import { addMaps } from '../../../workers/gpu/kernels/map/addMaps';
import type { Halves } from '../../../workers/gpu/wgsl/halfStorage';
import { programFor } from '../../../workers/gpu/wgsl/programFor';
import { type AnyKernel, kernels } from '../../fixtures/anyKernel';
import { dawnCompiler } from '../../fixtures/dawn';
import { scalesOf } from '../../fixtures/halves';

let errorsOf: Awaited<ReturnType<typeof dawnCompiler>>;
beforeAll(async () => {
  errorsOf = await dawnCompiler(['shader-f16', 'subgroups']);
});

/** The cases of which a binding can be halves, with the scales of all such bindings. */
const inHalves = ({ cases, sizes, wgsl }: AnyKernel): { options: object; scales: Halves['scales'] }[] =>
  cases
    .map(options => {
      const { outputs, inputs } = sizes(options);
      return { options, scales: scalesOf(wgsl(options), [...outputs, ...inputs]) };
    })
    .filter(({ scales }) => Object.keys(scales).length > 0);

describe.each(['packed', 'native'] as const)('%s halves', flavour => {
  test.each(kernels.filter(kernel => inHalves(kernel).length > 0))('$name compiles', async kernel => {
    for (const { options, scales } of inHalves(kernel)) {
      const { wgsl } = programFor(kernel, options, { flavour, scales });
      expect(wgsl.includes('f16;')).toBe(flavour === 'native');
      expect(await errorsOf(wgsl), JSON.stringify(options)).toBe('');
    }
  });
});

test('a wrong program does not compile, nor a right one on a device without the feature', async () => {
  const { wgsl } = programFor(addMaps, { size: 8 }, { flavour: 'native', scales: { 0: 1024 } });
  expect(await errorsOf(wgsl)).toBe('');
  expect(await errorsOf(wgsl.replace('vec4<f16>(scaled)', 'scaled'))).toMatch(/bitcast/);
  const withoutF16 = await dawnCompiler([]);
  expect(await withoutF16(wgsl)).toMatch(/'f16' is not allowed/);
});
