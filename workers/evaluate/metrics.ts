/** @file Every metric by its id. To add one: its file, and one line here. */
import { accuracy } from './accuracy';
import { confusion } from './confusion';
import type { Metric } from './metric';
import { rocAuc } from './rocAuc';

export const METRICS = { accuracy, rocAuc, confusion } as const satisfies Readonly<
  Record<string, Metric<unknown>>
>;
