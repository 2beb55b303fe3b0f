import { describe, expect, test } from 'vitest';
import { placeSwapMarks } from '../../../src/charts/swapMarks';
import type { SwapEvent } from '../../../src/charts/types';

const swapAt = (step: number, runId = 'a'): SwapEvent => ({ runId, step, from: 0, to: 1 });
const identity = (swap: SwapEvent) => swap.step;

describe('swap marks', () => {
  test('a mark stands at its step and says which', () => {
    expect(placeSwapMarks([swapAt(61)], identity, { width: 300 })).toEqual([
      { x: 61, swaps: [swapAt(61)], label: { text: 'swap 61', anchor: 'middle', x: 61 } },
    ]);
  });

  test('marks outside the visible part are left out', () => {
    expect(placeSwapMarks([swapAt(-1), swapAt(20), swapAt(301)], identity, { width: 300 })).toHaveLength(1);
  });

  test('labels at the edges stay inside the plot', () => {
    const marks = placeSwapMarks([swapAt(2), swapAt(298)], identity, { width: 300 });
    expect(marks.map(mark => mark.label?.anchor)).toEqual(['start', 'end']);
  });

  test('swaps of one run that would touch become one mark with their count', () => {
    const marks = placeSwapMarks([swapAt(100), swapAt(102), swapAt(104), swapAt(200)], identity, {
      width: 300,
    });
    expect(marks.map(mark => mark.label?.text)).toEqual(['3 swaps', 'swap 200']);
  });

  test('swaps of two runs at one step keep a mark each', () => {
    expect(placeSwapMarks([swapAt(100), swapAt(100, 'b')], identity, { width: 300 })).toHaveLength(2);
  });

  test('labels never overlap, however many swaps there are', () => {
    const swaps = Array.from({ length: 400 }, (_, i) => swapAt(i * 0.75, i % 2 ? 'a' : 'b'));
    const charWidth = 6;
    const labels = placeSwapMarks(swaps, identity, { width: 300, charWidth }).flatMap(
      mark => mark.label ?? [],
    );
    const boxes = labels.map(({ text, anchor, x }) => {
      const width = text.length * charWidth;
      const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
      return [left, left + width] as const;
    });
    expect(boxes.length).toBeGreaterThan(2);
    boxes.forEach(([left], i) => {
      expect(left).toBeGreaterThan(boxes[i - 1]?.[1] ?? Number.NEGATIVE_INFINITY);
    });
  });

  test('a swap of a run that is not drawn has no place', () => {
    expect(placeSwapMarks([swapAt(5)], () => Number.NaN, { width: 300 })).toEqual([]);
  });
});
