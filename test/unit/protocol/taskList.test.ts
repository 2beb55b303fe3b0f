import { describe, expect, test } from 'vitest';
import {
  type ChosenTask,
  describeTask,
  fewestTasks,
  mostTasks,
  parseTasks,
  printTasks,
} from '../../../workers/protocol/taskList';
import { stream } from '../../../workers/random';

const plain = (column: string, rest: Partial<ChosenTask> = {}): ChosenTask => ({
  column,
  filter: null,
  embeds: false,
  ...rest,
});

test('the grammar reads what its head shows', () => {
  expect(parseTasks('identity!, expression ,identity@modality:photo')).toEqual({
    ok: true,
    value: [
      plain('identity', { embeds: true }),
      plain('expression'),
      plain('identity', { filter: { column: 'modality', is: 'photo' } }),
    ],
  });
});

test('any list of tasks is printed and read back unchanged, whatever signs its names have', () => {
  const { integer } = stream('task lists');
  const signs = ['%', ',', '!', '@', ':', ' ', 'é', 'a', 'b', '7', '/'];
  // Names are trimmed when they are read, and columns are lower case.
  const name = () => `x${Array.from({ length: integer(6) }, () => signs[integer(signs.length)]).join('')}y`;
  for (let i = 0; i < 2000; i++) {
    const tasks = Array.from({ length: fewestTasks + integer(mostTasks - fewestTasks + 1) }, (_, t) =>
      plain(`${name()}${t}`, {
        filter: integer(2) ? { column: name(), is: name().toUpperCase() } : null,
        embeds: integer(2) === 1,
      }),
    );
    expect(parseTasks(printTasks(tasks)), printTasks(tasks)).toEqual({ ok: true, value: tasks });
  }
});

describe('a text that is no list of tasks is refused with the reason:', () => {
  test.each([
    ['identity', /2 to 6 tasks.*it names 1/],
    ['a,b,c,d,e,f,g', /it names 7/],
    ['identity!!,expression', /holds "identity!!"/],
    ['identity@modality,expression', /holds "identity@modality"/],
    ['%,expression', /holds "%"/],
    ['identity,identity!', /names the task identity twice/],
  ])('%s', (text, reason) => {
    const parsed = parseTasks(text);
    expect(parsed.ok ? '' : parsed.reason).toMatch(reason);
  });
});

test('two tasks of one column differ in their ids by their filters, not by whether they embed', () => {
  const [all, photos] = [
    plain('identity'),
    plain('identity', { filter: { column: 'modality', is: 'photo' } }),
  ];
  expect(describeTask(all).id).not.toBe(describeTask(photos).id);
  expect(describeTask({ ...all, embeds: true }).id).toBe(describeTask(all).id);
});
