/** @file Entry point of the benchmark's worker: wiring only. */
import { measure } from './bench/measure';
import type { BenchApi } from './protocol/bench';
import { serve } from './protocol/link';

serve<BenchApi>(self, { measure: (options, { progress }) => measure(options, progress) });
