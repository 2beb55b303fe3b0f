/** @file How a line looks: the task gives the colour, the run gives the dashes. */

const taskFallbacks = ['#123fa8', '#c7460a', '#12796a', '#7d1fe0', '#6d2b17', '#53346a'];
const dashes = ['', '7 4', '2 3.5', '11 4 2 4', '5 3 1 3', '14 5'];

/** The CSS colour of task `n`. */
export function taskColor(n: number): string {
  return `var(--task-${n}, ${taskFallbacks[n % taskFallbacks.length]})`;
}

/** The `stroke-dasharray` of the run at position `index`. It is '' for a solid line. */
export function runDash(index: number): string {
  return dashes[index % dashes.length] ?? '';
}
