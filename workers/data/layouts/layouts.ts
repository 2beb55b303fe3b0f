/** @file The registry of dataset layouts, in the order in which they are tried. The most specific layouts come first. */
import { cavi } from './cavi';
import { ck48 } from './ck48';
import { folderLevels } from './folderLevels';
import type { Layout } from './layout';
import { manifest } from './manifest';

export const LAYOUTS = { manifest, ck48, cavi, folders: folderLevels } as const satisfies Record<
  string,
  Layout
>;
export type LayoutId = keyof typeof LAYOUTS;
