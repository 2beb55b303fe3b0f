import { expect, test } from 'vitest';
import type { RunPhase } from '../../../../workers/protocol/runs';
import { type Stepping, Turns } from '../../../../workers/train/run/turns';
import { gate } from '../../../fixtures/gate';

/** Issues `steps` steps; before the step that `wait` is about, it waits. */
class FakeRun implements Stepping {
  phase: RunPhase = 'running';
  step = 0;
  stream: object = {};
  readonly #steps: number;
  readonly #wait: { before: number; until: Promise<void> } | null;
  readonly #log: (run: FakeRun) => void;
  #turn: Promise<void> | null = null;

  constructor(log: (run: FakeRun) => void, steps: number, wait?: { before: number; until: Promise<void> }) {
    this.#log = log;
    this.#steps = steps;
    this.#wait = wait ?? null;
  }
  get hasRoom() {
    return this.#turn === null;
  }
  async room(): Promise<void> {
    await this.#turn;
  }
  settle() {
    return this.room();
  }
  advance() {
    if (this.#turn) throw new Error('a run that has no room was asked to step');
    this.#turn = this.#advance().finally(() => {
      this.#turn = null;
    });
    return this.#turn;
  }
  async #advance() {
    if (this.#wait?.before === this.step) await this.#wait.until;
    this.step++;
    this.#log(this);
    if (this.step === this.#steps) this.phase = 'finished';
  }
}

test('runs take turns; one that waits before a step keeps nobody waiting, and joins in again', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const held = gate();
  const slow: FakeRun = new FakeRun(() => order.push('slow'), 4, { before: 1, until: held.opened });
  const free: FakeRun = new FakeRun(run => {
    order.push('free');
    if (run.step === 6) held.open();
  }, 9);
  turns.add(slow);
  turns.add(free);
  await turns.loop();
  expect(order.slice(0, 7).join(' ')).toBe('slow free free free free free free');
  expect(order.slice(7).sort().join(' ')).toBe('free free free slow slow slow');
  expect(order.indexOf('slow', 1), 'it comes to its turn at once').toBeLessThan(9);
});

test('while all that run wait, one that is resumed steps', async () => {
  const turns = new Turns();
  const held = gate();
  const waiting = new FakeRun(() => undefined, 1, { before: 0, until: held.opened });
  const resumed = new FakeRun(held.open, 1);
  resumed.phase = 'paused';
  turns.add(waiting);
  turns.add(resumed);
  const looped = turns.loop();
  await new Promise(resolve => setTimeout(resolve));
  resumed.phase = 'running';
  await turns.loop();
  await looped;
  expect([waiting.phase, resumed.phase]).toEqual(['finished', 'finished']);
});

test('the run that was held up catches up with its comparison; another comparison loses no turn', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const held = gate();
  const stream = {};
  const ahead: FakeRun = new FakeRun(run => {
    order.push('ahead');
    if (run.step === 6) held.open();
  }, 12);
  const behind = new FakeRun(() => order.push('behind'), 12, { before: 0, until: held.opened });
  const other = new FakeRun(() => order.push('other'), 30);
  ahead.stream = stream;
  behind.stream = stream;
  for (const run of [behind, ahead, other]) turns.add(run);
  await turns.loop();
  const compared = order.filter(name => name !== 'other');
  expect(compared.slice(0, 6), 'held up, it holds up nobody').toEqual(Array(6).fill('ahead'));
  const lead = compared.map((_, i) => {
    const so = compared.slice(0, i + 1);
    return so.filter(name => name === 'ahead').length - so.filter(name => name === 'behind').length;
  });
  expect(Math.max(...lead)).toBeLessThanOrEqual(7);
  const level = lead.findIndex((steps, i) => i > 6 && steps <= 1);
  expect(level, 'level after its sixth step at the latest').toBeLessThanOrEqual(13);
  expect(Math.max(...lead.slice(level)), 'and level from then on').toBeLessThanOrEqual(1);
  const others = order.slice(0, order.lastIndexOf('other')).filter(name => name === 'other').length;
  expect(others / order.lastIndexOf('other'), 'a third of the turns, for one run of three').toBeGreaterThan(
    0.32,
  );
});
