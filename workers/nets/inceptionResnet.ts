/**
 * @file Inception-ResNet-v1 (Szegedy et al., 2016) with one branch a task, as in METHOD's section 1. The papers use
 * a reduced form, with each residual stage once. Other repeat counts give the full network from the same code.
 */
import { chain, conv, type LayerBuilder, parallel, pool, residual, scaledChannels, segments } from './layers';
import { multiTask } from './multiTask';
import type { NetworkEntry } from './network';

/** How many times each residual stage is repeated. */
export interface Repeats {
  block35: number;
  block17: number;
  block8: number;
}
const reducedRepeats: Repeats = { block35: 1, block17: 1, block8: 1 };
const fullRepeats: Repeats = { block35: 5, block17: 10, block8: 5 };

/** Names one block `block35`, and several `block35a`, `block35b`, … */
function repeated(name: string, times: number, block: LayerBuilder): Record<string, LayerBuilder> {
  const letter = (i: number) => (times === 1 ? '' : String.fromCharCode(97 + i));
  return Object.fromEntries(Array.from({ length: times }, (_, i) => [name + letter(i), block]));
}

function trunk(width: number, repeats: Repeats): LayerBuilder {
  const c = (channels: number) => scaledChannels(channels, width);
  const valid = { padding: 'valid' } as const;
  const halved = { stride: 2, padding: 'valid' } as const;
  const block35 = residual(
    {
      b0: chain({ conv1: conv(1, c(32)) }),
      b1: chain({ conv1: conv(1, c(32)), conv2: conv(3, c(32)) }),
      b2: chain({ conv1: conv(1, c(32)), conv2: conv(3, c(32)), conv3: conv(3, c(32)) }),
    },
    0.17,
  );
  const block17 = residual(
    {
      b0: chain({ conv1: conv(1, c(128)) }),
      b1: chain({ conv1: conv(1, c(128)), conv2: conv([1, 7], c(128)), conv3: conv([7, 1], c(128)) }),
    },
    0.1,
  );
  return segments(
    {
      stem1: conv(3, c(32), halved),
      stem2: conv(3, c(32), valid),
      stem3: conv(3, c(64)),
      stemPool: pool(),
      stem4: conv(1, c(80), valid),
      stem5: conv(3, c(192), valid),
      stem6: conv(3, c(256), halved),
      ...repeated('block35', repeats.block35, block35),
      reductionA: parallel({
        b0: chain({ conv1: conv(3, c(384), halved) }),
        b1: chain({ conv1: conv(1, c(192)), conv2: conv(3, c(192)), conv3: conv(3, c(256), halved) }),
        pool: pool(),
      }),
      ...repeated('block17', repeats.block17, block17),
      reductionB: parallel({
        b0: chain({ conv1: conv(1, c(256)), conv2: conv(3, c(384), halved) }),
        b1: chain({ conv1: conv(1, c(256)), conv2: conv(3, c(256), halved) }),
        b2: chain({ conv1: conv(1, c(256)), conv2: conv(3, c(256)), conv3: conv(3, c(256), halved) }),
        pool: pool(),
      }),
    },
    { trained: false },
  );
}

function branch(width: number, repeats: Repeats): LayerBuilder {
  const c = (channels: number) => scaledChannels(channels, width);
  const mixed = {
    b0: chain({ conv1: conv(1, c(192)) }),
    b1: chain({ conv1: conv(1, c(192)), conv2: conv([1, 3], c(192)), conv3: conv([3, 1], c(192)) }),
  };
  const last = String.fromCharCode(97 + repeats.block8);
  return segments(
    {
      ...Object.fromEntries(
        Array.from({ length: repeats.block8 }, (_, i) => [
          `block8${String.fromCharCode(97 + i)}`,
          residual(mixed, 0.2),
        ]),
      ),
      [`block8${last}`]: residual(mixed, 1, { activation: false }),
    },
    { trained: true },
  );
}

/** The network of both papers at any input size and width, with `repeats` of each residual stage. */
function inceptionResnetWith(label: string, repeats: Repeats): NetworkEntry {
  return multiTask({
    label,
    trunk: ({ width }) => trunk(width, repeats),
    branch: ({ width }) => branch(width, repeats),
  });
}

export const inceptionResnet = inceptionResnetWith('Inception-ResNet-v1, reduced (1/1/1)', reducedRepeats);
export const inceptionResnetFull = inceptionResnetWith('Inception-ResNet-v1 (5/10/5)', fullRepeats);
