import { expect, test } from 'vitest';
import { historyToCsv, historyToJson } from '../../../src/state/historyFiles';
import { newRun, reduceRun } from '../../../src/state/runs';
import { rows, summary, update } from './fakes';

const run = reduceRun(newRun(summary()), {
  kind: 'update',
  update: update({ rows: rows([1, 0.5], [2, 0.75]) }),
  now: 0,
});

test('the CSV has one row a step and an empty cell for NaN', () => {
  expect(historyToCsv(run).split('\r\n')).toEqual([
    'step,learning_rate,elapsed_ms,loss_identity,loss_expression,weight_identity,weight_expression,accuracy_identity,accuracy_expression',
    '1,0.1,10,3,2,0.5,0.5,0.5,',
    '2,0.1,20,3,2,0.75,0.25,0.5,',
    '',
  ]);
});

test('the JSON holds the config, the columns and null for NaN', () => {
  const file: unknown = JSON.parse(historyToJson(run));
  expect(file).toMatchObject({
    name: 'Brave otter',
    weighting: 'one',
    config: { preset: 'small' },
    columns: { step: [1, 2], 'weight/identity': [0.5, 0.75], 'accuracy/expression': [null, null] },
  });
});
