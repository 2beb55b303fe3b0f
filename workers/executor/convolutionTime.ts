/** @file What a backend does in a second, measured on a convolution of a usual size. */
import * as tf from '../tf/tf';

const rounds = 3;
/** [batch, height, width, channels]. The convolution is 3 × 3 and keeps this shape. */
const shape: [number, number, number, number] = [8, 24, 24, 32];
const channels = shape[3];
const multiplyAdds = tf.util.sizeFromShape(shape) * 3 * 3 * channels;

/** Milliseconds that the convolution takes on tfjs's current backend, its result read back: the least of some rounds. */
export async function convolutionTime(): Promise<number> {
  const x = tf.fill<tf.Rank.R4>(shape, 0.5);
  const filter = tf.fill<tf.Rank.R4>([3, 3, channels, channels], 0.01);
  const once = async () => {
    const start = performance.now();
    const y = tf.conv2d(x, filter, 1, 'same');
    await y.data();
    y.dispose();
    return performance.now() - start;
  };
  try {
    await once(); // programs are compiled, data are moved
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < rounds; i++) least = Math.min(least, await once());
    return least;
  } finally {
    tf.dispose([x, filter]);
  }
}

/**
 * Multiply-adds a second of tfjs's current backend in that convolution. On WebAssembly it takes 20 to 60 ms to measure. It
 * runs on one core, also where recorded steps run on more.
 */
export const convolutionSpeed = async (): Promise<number> =>
  (1000 * multiplyAdds) / (await convolutionTime());
