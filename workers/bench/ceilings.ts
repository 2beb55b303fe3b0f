/** @file Measures the best that this adapter can do, with a large matrix product and a large copy. */
import type { BenchReport } from '../protocol/bench';
import * as tf from '../tf/tf';
import { median } from './arithmetic';
import type { Backends, Gpu } from './backends';
import { timed } from './interleave';

const rounds = 5;
/** A shorter sample would mostly measure the way to the GPU and back. */
const shortestSampleMs = 100;

/** Returns the milliseconds of one repeat. `issue(n)` queues n repeats and resolves when they are done. */
async function millisecondsEach(issue: (repeats: number) => Promise<unknown>): Promise<number> {
  const run = (repeats: number) => issue(repeats).then(() => repeats);
  await run(1);
  const { ms: one } = await timed(() => run(1));
  const repeats = Math.max(1, Math.min(200, Math.ceil(shortestSampleMs / one)));
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) samples.push((await timed(() => run(repeats))).ms);
  return median(samples);
}

export async function measureCeilings(
  backends: Backends,
  { device, software }: Gpu,
): Promise<BenchReport['ceilings']> {
  await backends.use('eager');
  const matmulSize = software ? 512 : 2048;
  const [a, b] = [tf.randomUniform([matmulSize, matmulSize]), tf.randomUniform([matmulSize, matmulSize])];
  const matmulMs = await millisecondsEach(async repeats => {
    for (let i = 0; i < repeats; i++) {
      const product = tf.matMul(a, b);
      if (i === repeats - 1) await tf.slice(product, [0, 0], [1, 1]).data();
      product.dispose();
    }
  });
  tf.dispose([a, b]);

  const copyBytes = software ? 2 ** 26 : Math.min(2 ** 28, device.limits.maxBufferSize);
  const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffers = [0, 1].map(() => device.createBuffer({ size: copyBytes, usage }));
  const [from, to] = buffers as [GPUBuffer, GPUBuffer];
  const copyMs = await millisecondsEach(repeats => {
    const encoder = device.createCommandEncoder();
    for (let i = 0; i < repeats; i++) encoder.copyBufferToBuffer(from, 0, to, 0, copyBytes);
    device.queue.submit([encoder.finish()]);
    return device.queue.onSubmittedWorkDone();
  });
  for (const buffer of buffers) buffer.destroy();
  return {
    matmulSize,
    matmulGflopPerSecond: (2 * matmulSize ** 3) / 1e6 / matmulMs,
    copyBytes,
    copyGbPerSecond: (2 * copyBytes) / 1e6 / copyMs,
  };
}
