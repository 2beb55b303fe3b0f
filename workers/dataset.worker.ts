/** @file Entry point of the dataset worker: wiring only. */
import { createLibrary } from './data/library';
import type { DatasetApi, DatasetEvent } from './protocol/dataset';
import { serve } from './protocol/link';

const emit = serve<DatasetApi, DatasetEvent>(self, createLibrary({ onEvent: event => emit(event) }).dataset);
