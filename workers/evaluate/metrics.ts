/**
 * @file The registry of metrics, in the order in which the page shows them. To add one, write a file and add a line here.
 */

import type { Metric } from './metric';
import { accuracy } from './metrics/accuracy';
import { confusion } from './metrics/confusion';
import { loss } from './metrics/loss';
import { mistakes } from './metrics/mistakes';
import { pairAccuracy } from './metrics/pairAccuracy';
import { pairArea } from './metrics/pairArea';
import { pairCounts } from './metrics/pairCounts';
import { roc } from './metrics/roc';

export const METRICS = {
  accuracy,
  loss,
  pairArea,
  pairAccuracy,
  pairCounts,
  roc,
  confusion,
  mistakes,
} as const satisfies Readonly<Record<string, Metric>>;
