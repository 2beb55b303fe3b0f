/**
 * @file Handles several parameters in one dispatch. A kernel cannot index its bindings, so each parameter of a group
 * has its own bindings, and the WGSL repeats the code for each parameter.
 */

export interface ParameterGroup {
  /** The number of elements of each parameter. */
  sizes: readonly number[];
  /** λ of each parameter v. λ · v is added to its gradient. */
  decays: readonly number[];
}

export const groupSize = ({ sizes }: ParameterGroup): number => sizes.reduce((a, b) => a + b, 0);

/**
 * Splits parameters, in order, into as few groups as the number of `bindings` allows. `bindingsOf` returns the bindings
 * that a parameter with this decay needs. `first` is the number of elements before the group.
 */
export function groupsOf(
  { sizes, decays }: ParameterGroup,
  bindings: number,
  bindingsOf: (decay: number) => number,
): (ParameterGroup & { start: number; first: number })[] {
  const groups: { sizes: number[]; decays: number[]; start: number; first: number }[] = [];
  let left = 0;
  let first = 0;
  sizes.forEach((size, start) => {
    const decay = decays[start] ?? 0;
    left -= bindingsOf(decay);
    if (left < 0 || groups.length === 0) {
      groups.push({ sizes: [], decays: [], start, first });
      left = bindings - bindingsOf(decay);
    }
    groups.at(-1)?.sizes.push(size);
    groups.at(-1)?.decays.push(decay);
    first += size;
  });
  return groups;
}

/**
 * A scalar parameter beside one of several workgroups, and two that are vectors. A group has two, as every device can
 * bind 8 buffers.
 */
export const groupCases: readonly ParameterGroup[] = [
  { sizes: [1, 130], decays: [0, 0.1] },
  { sizes: [12, 4], decays: [0.1, 0] },
  { sizes: [9], decays: [0.01] },
];
