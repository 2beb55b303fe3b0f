import { expect, test } from 'vitest';
import { coalesceUpdates } from '../../../src/engine/coalesce';
import type { RunUpdate } from '../../../workers/protocol/runs';
import { rows, update } from '../state/fakes';

function harness() {
  const frames: (() => void)[] = [];
  const flushed: (readonly RunUpdate[])[] = [];
  const take = coalesceUpdates(
    updates => flushed.push(updates),
    frame => frames.push(frame),
  );
  return { take, flushed, frame: () => frames.shift()?.() };
}

test('updates of one frame become one a run, rows in order', () => {
  const { take, flushed, frame } = harness();
  take([update({ step: 1, rows: rows([1, 0.5]), warnings: ['w'] })]);
  take([update({ step: 2, rows: rows([2, 0.6]), warnings: ['v'] }), update({ id: 'run-2' })]);
  expect(flushed).toEqual([]);
  frame();
  expect(flushed).toHaveLength(1);
  expect(flushed[0]?.map(({ id, step }) => [id, step])).toEqual([
    ['run-1', 2],
    ['run-2', 1],
  ]);
  expect(flushed[0]?.[0]?.rows).toEqual(rows([1, 0.5], [2, 0.6]));
  expect(flushed[0]?.[0]?.warnings, 'those of the newest step').toEqual(['v']);
});

test('the next frame starts empty', () => {
  const { take, flushed, frame } = harness();
  take([update()]);
  frame();
  take([update({ step: 5, rows: rows([5, 0.5]) })]);
  frame();
  expect(flushed[1]?.[0]?.rows).toEqual(rows([5, 0.5]));
});

test('no news asks for no frame', () => {
  const { take, frame, flushed } = harness();
  take([]);
  frame();
  expect(flushed).toEqual([]);
});
