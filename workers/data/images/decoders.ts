/** @file All decoders of pictures. A new one is a file in `decoders/` and a line here. */
import type { Decoder } from './decoder';
import { browser } from './decoders/browser';

export const DECODERS = { browser } as const satisfies Record<string, Decoder>;
