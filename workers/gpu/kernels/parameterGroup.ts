/**
 * @file Several parameters in one dispatch. A kernel cannot index its bindings, so each parameter of a group gets its
 * own, and the code for each is written out.
 */

export interface ParameterGroup {
  /** Elements of each parameter. */
  sizes: readonly number[];
  /** λ of each: λ · v is added to its gradient. */
  decays: readonly number[];
}

export const groupSize = ({ sizes }: ParameterGroup): number => sizes.reduce((a, b) => a + b, 0);

/** Splits parameters into groups of at most `limit`, in order; `first` = elements before the group. */
export function groupsOf(
  { sizes, decays }: ParameterGroup,
  limit: number,
): (ParameterGroup & { start: number; first: number })[] {
  const groups: (ParameterGroup & { start: number; first: number })[] = [];
  let first = 0;
  for (let start = 0; start < sizes.length; start += limit) {
    const group = { sizes: sizes.slice(start, start + limit), decays: decays.slice(start, start + limit) };
    groups.push({ ...group, start, first });
    first += groupSize(group);
  }
  return groups;
}

/** A scalar parameter beside one of several workgroups. Two a group: every device binds 8 buffers. */
export const groupCases: readonly ParameterGroup[] = [
  { sizes: [1, 130], decays: [0, 0.1] },
  { sizes: [9], decays: [0.01] },
];
