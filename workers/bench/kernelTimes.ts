/** @file A step's GPU time by kernel, and the rate of the convolutions' three directions. */
import { KERNELS } from '../gpu/kernels/kernels';
import type { KernelTime } from '../gpu/profile';
import type { Direction, KernelCost } from '../protocol/bench';

const directions: Readonly<Record<string, Direction>> = {
  convForward: 'forward',
  convInputGradient: 'inputGradient',
  convFilterGradient: 'weightGradient',
};
const ours = Object.keys(KERNELS);

/**
 * Turns the times of passes into those of kernels, slowest first. A build changes the names of tfjs's programs, so they
 * are one row. Flavours of one direction share its operations, so each shows the direction's rate. Dense layers run on
 * the same kernels, but have so few operations that they are left out.
 * @param gflop is that of the step's convolutions.
 */
export function kernelCosts(
  times: readonly KernelTime[],
  gflop: Readonly<Record<Direction, number>>,
): KernelCost[] {
  const rows = new Map<string, KernelCost>();
  const directionMs = new Map<Direction, number>();
  const directionOf = (label: string) =>
    Object.entries(directions).find(([name]) => label.startsWith(name))?.[1];
  for (const { label, count, gpuMs } of times) {
    const name = ours.some(kernel => label.startsWith(kernel)) ? label : 'tfjs';
    const row = rows.get(name) ?? { label: name, dispatches: 0, gpuMs: 0, gflopPerSecond: null };
    row.dispatches += count;
    row.gpuMs += gpuMs;
    rows.set(name, row);
    const direction = directionOf(name);
    if (direction) directionMs.set(direction, (directionMs.get(direction) ?? 0) + gpuMs);
  }
  for (const row of rows.values()) {
    const direction = directionOf(row.label);
    const ms = direction && directionMs.get(direction);
    if (ms) row.gflopPerSecond = (1000 * gflop[direction]) / ms;
  }
  return [...rows.values()].sort((a, b) => b.gpuMs - a.gpuMs);
}
