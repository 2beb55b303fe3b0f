/** @file Every weight-file format by its id. To add one: its file, and one line here. */
import { safetensors } from './safetensors';
import type { Format } from './tensorFile';
import { tfjs } from './tfjsZip';

export const FORMATS = { safetensors, tfjs } as const satisfies Readonly<Record<string, Format>>;
