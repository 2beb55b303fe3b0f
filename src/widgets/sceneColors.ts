/** @file What the see-saw is made of: the page's tokens, with the light theme's colours where there are none. */

export const ink = 'var(--ink, #101a30)';
export const surface = 'var(--surface, #fff)';
export const accent = 'var(--accent, #ffc531)';
export const accentDeep = 'var(--accent-deep, #f2b10d)';

/** `share` percent of ink, the rest surface. */
export const mix = (share: number) => `color-mix(in srgb, ${ink} ${share}%, ${surface})`;
