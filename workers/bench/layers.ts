/** @file Compares our kernels with the peers' on the heaviest convolutions, one by one and in all three directions. */
import type { ConvolutionShape, LayerShape } from '../nets/network';
import type { Direction, LayerCost, LayerPeer } from '../protocol/bench';
import { AppError } from '../protocol/errors';
import * as tf from '../tf/tf';
import { median } from './arithmetic';
import type { BackendName, Backends } from './backends';
import { timed } from './interleave';
import { jaxJsRunner } from './jaxJs';
import type { LayerRunner } from './layerRunner';

const DIRECTIONS: readonly Direction[] = ['forward', 'inputGradient', 'weightGradient'];
const tfjsKernel = {
  forward: 'Conv2D',
  inputGradient: 'Conv2DBackpropInput',
  weightGradient: 'Conv2DBackpropFilter',
} as const satisfies Record<Direction, string>;

const rounds = 5;
const shortestSampleMs = 50;

/** Runs through tfjs's registry, on the current backend. */
function tfjsRunner(
  { input, kernel, stride, padding }: ConvolutionShape,
  output: readonly [number, number, number],
  batch: number,
  direction: Direction,
): LayerRunner {
  const inputShape: [number, number, number, number] = [batch, ...input];
  const filterShape: [number, number, number, number] = [...kernel, input[2], output[2]];
  const uniform = (shape: [number, number, number, number]) => tf.randomUniform(shape, -1, 1);
  const x = uniform(inputShape);
  const filter = uniform(filterShape);
  const dy = uniform([batch, ...output]);
  const inputs: tf.NamedTensorMap =
    direction === 'forward' ? { x, filter } : direction === 'inputGradient' ? { dy, filter } : { x, dy };
  const attrs = {
    ...{ strides: [stride, stride], pad: padding, dataFormat: 'NHWC', dilations: [1, 1] },
    ...{ inputShape, filterShape },
  };
  return {
    async run(repeats) {
      for (let i = 0; i < repeats; i++) {
        const result = tf.engine().runKernel(tfjsKernel[direction], inputs, attrs) as tf.Tensor4D;
        if (i === repeats - 1) {
          const corner = tf.slice(result, [0, 0, 0, 0], [1, 1, 1, 1]);
          await corner.data();
          corner.dispose();
        }
        result.dispose();
      }
      return repeats;
    },
    dispose: () => tf.dispose([x, filter, dy]),
  };
}

const tfjsBackend: Partial<Record<LayerPeer, BackendName>> = {
  ours: 'eager',
  stock: 'stock',
  webgl: 'webgl',
};

interface Contestant {
  peer: LayerPeer;
  runner: LayerRunner;
  repeats: number;
  samples: number[];
}

async function compare(
  backends: Backends,
  peers: readonly LayerPeer[],
  start: (peer: LayerPeer) => Promise<LayerRunner>,
): Promise<LayerCost['ms']> {
  const ms: LayerCost['ms'] = {};
  const enter = async (peer: LayerPeer) => {
    const backend = tfjsBackend[peer];
    if (backend) await backends.use(backend);
  };
  const contestants: Contestant[] = [];
  for (const peer of peers) {
    try {
      await enter(peer);
      const runner = await start(peer);
      await runner.run(1);
      backends.check();
      const { ms: one } = await timed(() => runner.run(1));
      const repeats = Math.max(1, Math.min(100, Math.ceil(shortestSampleMs / one)));
      contestants.push({ peer, runner, repeats, samples: [] });
    } catch (error) {
      ms[peer] = { failed: error instanceof Error ? error.message : String(error) };
    }
  }
  for (let round = 0; round < rounds; round++)
    for (const { peer, runner, repeats, samples } of contestants) {
      await enter(peer);
      samples.push((await timed(() => runner.run(repeats))).ms);
    }
  for (const { peer, runner, samples } of contestants) {
    await enter(peer);
    runner.dispose();
    ms[peer] = median(samples);
  }
  return ms;
}

/**
 * Returns medians of interleaved samples. A sample has as many runs in a row as take 50 ms.
 * @param onLayer gets the layer that comes next.
 */
export async function measureLayers(
  backends: Backends,
  layers: readonly LayerShape[],
  batch: number,
  peers: readonly LayerPeer[],
  onLayer: (index: number, label: string) => void,
): Promise<LayerCost[]> {
  const costs: LayerCost[] = [];
  for (const [index, { name, output, multiplyAdds, convolution }] of layers.entries()) {
    if (!convolution) throw new AppError('bench/layer', `${name} is no convolution.`);
    onLayer(index, name);
    const { input, kernel, stride } = convolution;
    for (const direction of DIRECTIONS) {
      const ms = await compare(backends, peers, async peer =>
        (peer === 'jaxJs' ? jaxJsRunner : tfjsRunner)(convolution, output, batch, direction),
      );
      costs.push({
        ...{ layer: name, direction, ms },
        shape: `[${[batch, ...input]}] ${[...kernel, output[2]].join('×')} /${stride}`,
        gflop: (2 * multiplyAdds * batch) / 1e9,
      });
    }
  }
  return costs;
}
