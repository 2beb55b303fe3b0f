/**
 * @file Dynamic weight average (Liu, Johns and Davison): at the start of each epoch
 *
 *   w = T · softmax(r / temperature),   r_i = L_i(e − 1) / L_i(e − 2)
 *
 * with L_i(e) the mean of task i's losses over epoch e; equal weights for the first two epochs.
 */
import { optionReader } from '../protocol/checkOption';
import type { OptionSpecs } from '../protocol/options';
import * as tf from '../tf/tf';
import { choose, ownVariables } from './ownVariables';
import { liveScalar, type WeightingEntry } from './weighting';

const options = {
  'dwa.temperature': {
    kind: 'number',
    label: 'Temperature',
    help: 'A high one makes the weights more equal.',
    group: 'DWA',
    default: 2,
    min: 0.01,
    max: 100,
  },
} as const satisfies OptionSpecs;
const option = optionReader(options);

export const dwa: WeightingEntry = {
  label: 'DWA',
  cites: 'Liu, Johns & Davison, End-to-End Multi-Task Learning with Attention, CVPR 2019',
  about:
    'Compares each task’s mean loss of the last two epochs: the task that falls more slowly gets more weight in the next one. The first two epochs have equal weights.',
  options,
  needs: ['losses'],
  normalised: false,
  create({ tasks, config }) {
    const temperature = option(config, 'dwa.temperature');
    // `sum` and `count` are of the losses of the epoch under way. `last` and `before` are the means of the last epoch and of
    // the one before it; −1 says that there was none yet.
    const own = ownVariables('dwa', tasks.length, { sum: 0, count: 0, last: -1, before: -1 });
    return {
      variables: own.list,
      trainedByTotal: [],
      weightsMove: false,
      weigh({ live }) {
        const { sum, count, last, before } = own.of;
        const begins = tf.mul<tf.Tensor1D>(tf.onesLike(sum), liveScalar(live, 'beginsEpoch'));
        // A task that the whole epoch had no sample of keeps its means.
        const rolls = tf.mul<tf.Tensor1D>(begins, tf.minimum(count, 1));
        const newBefore = choose(rolls, last, before);
        const newLast = choose(rolls, tf.div(sum, tf.maximum(count, 1)), last);
        const carriedOn = tf.sub<tf.Tensor1D>(1, begins);
        const known = tf.cast<tf.Tensor1D>(tf.greaterEqual(newBefore, 0), 'float32');
        const ratios = choose(known, tf.div(newLast, tf.maximum(newBefore, 1e-12)), tf.onesLike(known));
        const weights = tf.mul<tf.Tensor1D>(tf.softmax(tf.div(ratios, temperature)), tasks.length);
        return { weights, kept: [tf.mul(sum, carriedOn), tf.mul(count, carriedOn), newLast, newBefore] };
      },
      update({ losses, present, kept: [sum, count, last, before] }) {
        if (!sum || !count || !last || !before) return undefined;
        own.assign([
          tf.add(sum, tf.mul(tf.stack([...losses]), present)),
          tf.add(count, present),
          last,
          before,
        ]);
        return undefined;
      },
      live: ({ beginsEpoch }) => ({ beginsEpoch: Number(beginsEpoch) }),
      state: () => [],
      restore() {},
      warn: () => null,
      dispose: own.dispose,
    };
  },
};
