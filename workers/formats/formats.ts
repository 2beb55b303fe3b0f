/** @file The registry of weight-file formats by id. A new format needs its own file, and one line here. */

import { AppError } from '../protocol/errors';
import { safetensors } from './safetensors';
import type { Format } from './tensorFile';
import { tfjs } from './tfjsZip';

export const FORMATS = { safetensors, tfjs } as const satisfies Readonly<Record<string, Format>>;

export type FormatId = keyof typeof FORMATS;

/** Checks the id of a format. @throws AppError `weights/format` when there is no such format. */
export function formatId(id: string): FormatId {
  if (!Object.hasOwn(FORMATS, id))
    throw new AppError(
      'weights/format',
      `There is no file format "${id}". Choose one of ${Object.keys(FORMATS).join(', ')}.`,
    );
  return id as FormatId;
}
