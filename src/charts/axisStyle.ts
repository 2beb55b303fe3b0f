/** @file The style of the axes of all charts, including those that recharts draws. */
export const axisText = { fontSize: 11.5, fill: 'var(--ink-soft, #505b73)' };
/** The colour of the lines of grids and axes. */
export const rule = 'var(--line, #d3dbe7)';
