import { expect, test } from 'vitest';
import { OneByOne } from '../../../../workers/train/run/oneByOne';
import { gate } from '../../../fixtures/gate';

test('work is done in order, a failure included; it is idle when the last is done', async () => {
  const work = new OneByOne();
  const { opened, open } = gate();
  const done: string[] = [];
  const first = work.do(async () => {
    await opened;
    done.push('first');
    throw new Error('the first fails');
  });
  const second = work.do(async () => done.push('second'));
  expect(work.isIdle).toBe(false);
  open();
  await expect(first).rejects.toThrow('the first fails');
  await work.soFar();
  expect([done, await second, work.isIdle]).toEqual([['first', 'second'], 2, true]);
});
