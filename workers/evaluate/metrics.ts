/** @file Every metric by its id. To add one: its file, and one line here. */

import type { Metric } from './metric';
import { accuracy } from './metrics/accuracy';
import { confusion } from './metrics/confusion';
import { rocAuc } from './metrics/rocAuc';

export const METRICS = { accuracy, rocAuc, confusion } as const satisfies Readonly<
  Record<string, Metric<unknown>>
>;
