/** @file How the axes of every chart look, those that recharts draws too. */
export const axisText = { fontSize: 11.5, fill: 'var(--ink-soft, #505b73)' };
/** Colour of grid and axis lines. */
export const rule = 'var(--line, #d3dbe7)';
