/** @file Every weighting strategy by its id. To add one: its file, and one line here. */
import { dynamic } from './dynamic';
import { equal } from './equal';
import { naive } from './naive';
import { single } from './single';
import { staticWeights } from './static';
import type { WeightingEntry } from './weighting';

export const WEIGHTINGS = {
  dynamic,
  naive,
  static: staticWeights,
  equal,
  single,
} as const satisfies Readonly<Record<string, WeightingEntry>>;
