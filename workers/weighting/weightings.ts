/** @file Every weighting strategy by its id. To add one: its file, and one line here. */
import { dwa } from './dwa';
import { dynamic } from './dynamic';
import { equal } from './equal';
import { famo } from './famo';
import { gradnorm } from './gradnorm';
import { naive } from './naive';
import { pcgrad } from './pcgrad';
import { single } from './single';
import { staticWeights } from './static';
import { uncertainty } from './uncertainty';
import type { WeightingEntry } from './weighting';

export const WEIGHTINGS = {
  dynamic,
  naive,
  static: staticWeights,
  equal,
  single,
  uncertainty,
  gradnorm,
  dwa,
  pcgrad,
  famo,
} as const satisfies Readonly<Record<string, WeightingEntry>>;
