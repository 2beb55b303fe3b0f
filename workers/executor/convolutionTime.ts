/** @file Which of two backends is faster, measured once on a convolution of a usual size. */
import * as tf from '../tf/tf';

const rounds = 3;

/** Milliseconds that the convolution takes on tfjs's current backend, its result read back: the least of some rounds. */
export async function convolutionTime(): Promise<number> {
  const x = tf.fill<tf.Rank.R4>([8, 24, 24, 32], 0.5);
  const filter = tf.fill<tf.Rank.R4>([3, 3, 32, 32], 0.01);
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
