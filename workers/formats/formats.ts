/** @file The registry of weight-file formats by id. A new format needs its own file, and one line here. */
import { safetensors } from './safetensors';
import type { Format } from './tensorFile';
import { tfjs } from './tfjsZip';

export const FORMATS = { safetensors, tfjs } as const satisfies Readonly<Record<string, Format>>;
