import { expect, test } from 'vitest';
import { type Lifetime, planSlots } from '../../../../workers/gpu/capture/planSlots';
import { stream } from '../../../../workers/random';

const value = (size: number, first: number, last: number): Lifetime => ({ size, first, last });

const bytes = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

test('values that follow each other share a slot, values of one command do not', () => {
  const [a, b, c] = [value(800, 0, 1), value(800, 1, 2), value(400, 2, 3)];
  const { places, sizes } = planSlots([a, b, c], [[a], [a, b], [b, c], [c]]);
  expect(places[0]?.slot).not.toBe(places[1]?.slot);
  expect(places[2]).toEqual(places[0]);
  expect(sizes).toEqual([800, 800]);
});

test('small values lie side by side in a slot that a large one needed', () => {
  const [a, b, c] = [value(1024, 0, 0), value(512, 1, 4), value(300, 2, 4)];
  const { places, sizes } = planSlots([a, b, c], [[a], [b], [c]]);
  expect(places.map(({ offset }) => offset)).toEqual([0, 0, 512]);
  expect(sizes).toEqual([1024]);
});

test('no two values overlap while both are alive, none of one command share a slot, all begin aligned', () => {
  const { integer } = stream('slots');
  const values = Array.from({ length: 300 }, () => {
    const first = integer(200);
    return value(4 * (1 + integer(5000)), first, first + integer(20));
  });
  const commands = Array.from({ length: 220 }, (_, at) =>
    values.filter(({ first, last }) => first === at || last === at).slice(0, 4),
  );
  const { places, sizes } = planSlots(values, commands);
  const placeOf = (one: Lifetime) => places[values.indexOf(one)] ?? { slot: -1, offset: -1 };
  values.forEach((a, i) => {
    const place = placeOf(a);
    expect(place.offset % 256).toBe(0);
    expect(sizes[place.slot]).toBeGreaterThanOrEqual(place.offset + a.size);
    for (const b of values.slice(0, i)) {
      const other = placeOf(b);
      if (other.slot !== place.slot || a.first > b.last || b.first > a.last) continue;
      expect(place.offset >= other.offset + b.size || other.offset >= place.offset + a.size).toBe(true);
    }
  });
  for (const command of commands)
    expect(new Set(command.map(one => placeOf(one).slot)).size).toBe(command.length);
  const alive = commands.map((_, at) =>
    bytes(values.filter(({ first, last }) => first <= at && at <= last).map(({ size }) => size)),
  );
  expect(bytes(sizes), 'close to the most that is alive at once').toBeLessThan(1.15 * Math.max(...alive));
});

test('nothing to plan needs no slot', () => {
  expect(planSlots([], [])).toEqual({ places: [], sizes: [] });
});
