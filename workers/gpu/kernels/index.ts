/** @file The registry of GPU kernels: one file and one line each. The contract test runs all of them. */
import { convFilterGradient } from './convFilterGradient';
import { convForward } from './convForward';
import { convInputGradient } from './convInputGradient';
import { sumSplits } from './sumSplits';

export const KERNELS = { convForward, convInputGradient, convFilterGradient, sumSplits } as const;
