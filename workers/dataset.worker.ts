/** @file Entry point of the dataset worker: wiring only. */
import { createLibrary } from './data/library';
import { serve } from './protocol/link';
import type { DatasetApi } from './protocol/messages';

serve<DatasetApi>(self, createLibrary().dataset);
