/** @file Words made of names and counts. */
import { count } from './numbers';

/** `1 image`, `2 images`. */
export const counted = (n: number, one: string, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** `photo` → `Photo`: labels come from folder names. */
export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** `Brave otter` at step 300 → `brave-otter-300`. */
export const fileStem = (name: string, step: number) =>
  `${
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'run'
  }-${step}`;
