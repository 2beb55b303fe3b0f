/** @file The registry of decoders. To add one, write a file in `decoders/` and add a line here. */
import type { Decoder } from './decoder';
import { browser } from './decoders/browser';

export const DECODERS = { browser } as const satisfies Record<string, Decoder>;
