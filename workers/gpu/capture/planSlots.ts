/**
 * @file Plans the buffers (slots) of a recorded step, and where in them each value lies. Values that are never alive
 * together take the same place. Small values lie side by side in a slot that a large value needs at another time.
 * WebGPU does not let one dispatch read and write the same buffer, not even at separate offsets. So values of one
 * command never share a slot.
 */

/** A value is alive from the first command that touches it to the last one, both included. */
export interface Lifetime {
  /** Bytes. */
  size: number;
  first: number;
  last: number;
}

export interface Place {
  /** Index of a slot. */
  slot: number;
  /** Bytes from its start. */
  offset: number;
}

/** WebGPU's default minStorageBufferOffsetAlignment. */
const alignment = 256;

interface Slot {
  size: number;
  values: { value: Lifetime; offset: number }[];
}

const aligned = (offset: number) => Math.ceil(offset / alignment) * alignment;

/** Returns the lowest offset in a slot where `value` overlaps no other value, or −1 if there is none. */
function offsetIn(slot: Slot, value: Lifetime): number {
  const busy = slot.values
    .filter(({ value: other }) => other.last >= value.first && other.first <= value.last)
    .sort((a, b) => a.offset - b.offset);
  let at = 0;
  for (const { offset, value: other } of busy) {
    if (at + value.size <= offset) break;
    at = Math.max(at, aligned(offset + other.size));
  }
  return at + value.size <= slot.size ? at : -1;
}

/**
 * Places each value in the first slot that it fits. The largest value comes first, so a slot is as large as its first
 * value.
 * @param commands lists the values that each command touches.
 */
export function planSlots(
  values: readonly Lifetime[],
  commands: readonly (readonly Lifetime[])[],
): { places: Place[]; sizes: number[] } {
  const together = new Map<Lifetime, Set<Lifetime>>(values.map(value => [value, new Set()]));
  for (const command of commands)
    for (const a of command) for (const b of command) if (a !== b) together.get(a)?.add(b);
  const slots: Slot[] = [];
  const places: Place[] = [];
  const order = values.map((value, index) => ({ value, index }));
  order.sort((a, b) => b.value.size - a.value.size || a.value.first - b.value.first);
  for (const { value, index } of order) {
    const apart = together.get(value);
    let offset = -1;
    let at = slots.findIndex(slot => {
      if (slot.values.some(other => apart?.has(other.value))) return false;
      offset = offsetIn(slot, value);
      return offset >= 0;
    });
    if (at < 0) {
      at = slots.push({ size: value.size, values: [] }) - 1;
      offset = 0;
    }
    slots[at]?.values.push({ value, offset });
    places[index] = { slot: at, offset };
  }
  return { places, sizes: slots.map(({ size }) => size) };
}
