/**
 * @file The starter network of METHOD's section 8. It has three convolutions, and one more in each branch. It starts to
 * learn within a second on any machine.
 */

import { conv, scaledChannels, segments } from './layers';
import { multiTask } from './multiTask';

/** It has 35 k parameters with two heads. At 32 px, Z is 4 × 4 × 32 = 512 numbers. */
export const tiny = multiTask({
  label: 'Tiny: three convolutions',
  trunk({ width }) {
    const c = (channels: number) => scaledChannels(channels, width);
    return segments(
      {
        conv1: conv(3, c(8), { stride: 2 }),
        conv2: conv(3, c(16), { stride: 2 }),
        conv3: conv(3, c(32), { stride: 2 }),
      },
      { trained: false },
    );
  },
  branch: ({ width }) => segments({ conv: conv(3, scaledChannels(48, width)) }, { trained: true }),
});
