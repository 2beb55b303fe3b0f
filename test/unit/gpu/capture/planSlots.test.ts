import { expect, test } from 'vitest';
import { type Lifetime, planSlots } from '../../../../workers/gpu/capture/planSlots';
import { stream } from '../../../../workers/random';

const value = (size: number, first: number, last: number): Lifetime => ({ size, first, last });

test('values that follow each other share a slot, values of one command do not', () => {
  const { slotOf, sizes } = planSlots([value(8, 0, 1), value(8, 1, 2), value(4, 2, 3)]);
  expect(slotOf[0]).not.toBe(slotOf[1]);
  expect(slotOf[2]).toBe(slotOf[0]);
  expect(sizes).toEqual([8, 8]);
});

test('a slot is large enough for all its values, and no two that are alive together share one', () => {
  const { integer } = stream('slots');
  const values = Array.from({ length: 300 }, () => {
    const first = integer(200);
    return value(4 * (1 + integer(50)), first, first + integer(20));
  });
  const { slotOf, sizes } = planSlots(values);
  values.forEach((a, i) => {
    expect(sizes[slotOf[i] ?? -1]).toBeGreaterThanOrEqual(a.size);
    values.slice(0, i).forEach((b, j) => {
      if (slotOf[j] === slotOf[i]) expect(a.first > b.last || b.first > a.last).toBe(true);
    });
  });
  const bytes = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
  const alive = Array.from({ length: 220 }, (_, at) =>
    bytes(values.filter(({ first, last }) => first <= at && at <= last).map(({ size }) => size)),
  );
  expect(bytes(sizes), 'close to the most that is alive at once').toBeLessThan(1.3 * Math.max(...alive));
});

test('nothing to plan needs no slot', () => {
  expect(planSlots([])).toEqual({ slotOf: [], sizes: [] });
});
