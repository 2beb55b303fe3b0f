/** @file Entry point of the dataset worker: wiring only. */
import { createLibrary } from './data/library';
import type { DatasetApi } from './protocol/dataset';
import { serve } from './protocol/link';

serve<DatasetApi>(self, createLibrary().dataset);
