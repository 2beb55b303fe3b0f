/**
 * @file Which buffers a recorded step needs: values that are never alive together share one. Whole buffers, because
 * WebGPU forbids one buffer being read and written by the same dispatch even at disjoint offsets.
 */

/** A value is alive from the command that first touches it to the last one, both included. */
export interface Lifetime {
  /** Bytes. */
  size: number;
  first: number;
  last: number;
}

/** First fit, largest value first, so that a slot is as large as its first value. */
export function planSlots(values: readonly Lifetime[]): { slotOf: number[]; sizes: number[] } {
  const slots: { size: number; values: Lifetime[] }[] = [];
  const slotOf: number[] = [];
  const order = values.map((value, index) => ({ value, index }));
  order.sort((a, b) => b.value.size - a.value.size || a.value.first - b.value.first);
  for (const { value, index } of order) {
    const free = (slot: (typeof slots)[number]) =>
      slot.values.every(other => other.last < value.first || other.first > value.last);
    let at = slots.findIndex(free);
    if (at < 0) at = slots.push({ size: value.size, values: [] }) - 1;
    slots[at]?.values.push(value);
    slotOf[index] = at;
  }
  return { slotOf, sizes: slots.map(({ size }) => size) };
}
