import * as v from 'valibot';
import { expect, test } from 'vitest';
import { METRICS } from '../../../../workers/evaluate/metrics';
import type { Result } from '../../../../workers/protocol/results';
import { evaluationSchema } from '../../../../workers/train/checkpoints/evaluationSchema';

const described = { label: 'A', about: 'B.' };
const pictured = { ...described, why: null };
/** One of each kind. */
const results: Record<string, Result> = {
  scalar: { kind: 'scalar', ...described, format: 'number', figure: { value: null, why: 'None.' } },
  perTask: { kind: 'perTask', ...described, format: 'percent', figures: { identity: { value: 0.5 } } },
  curve: { kind: 'curve', ...pictured, x: 'x', y: 'y', lines: [{ label: 'l', points: [[0, 1]] }] },
  matrix: {
    ...{ kind: 'matrix', ...pictured, row: 'r', column: 'c' },
    matrices: [{ label: 'm', rows: ['a'], columns: ['b'], cells: [[0, 0, 3]] }],
  },
  table: { kind: 'table', ...pictured, columns: ['a', 'b'], rows: [['x', null]] },
  samples: {
    ...{ kind: 'samples', ...pictured },
    groups: [{ label: 'g', samples: [{ path: 'a.png', note: 'n' }] }],
  },
};
const evaluation = { step: 3, side: 'validation', samples: 9, results };
const parse = (value: unknown) => v.safeParse(evaluationSchema, JSON.parse(JSON.stringify(value)));

test('every kind of result comes back from JSON as it was', () => {
  expect(parse(evaluation)).toMatchObject({ success: true, output: evaluation });
});

test('whatever the metrics say of nothing is accepted', () => {
  const nothing = { tasks: [], paths: [] };
  const said = Object.entries(METRICS).map(([id, metric]) => [id, metric.compute(nothing)]);
  expect(parse({ ...evaluation, results: Object.fromEntries(said) }).success).toBe(true);
});

test.each<[string, unknown]>([
  ['a kind that does not exist', { ...results.scalar, kind: 'pie' }],
  ['a missing figure without its reason', { ...results.scalar, figure: { value: null } }],
  ['a figure in words', { ...results.scalar, figure: { value: 'high' } }],
  ['a point of one number', { ...results.curve, lines: [{ label: 'l', points: [[0]] }] }],
  [
    'a cell outside its matrix',
    { ...results.matrix, matrices: [{ label: 'm', rows: ['a'], columns: ['b'], cells: [[1, 0, 3]] }] },
  ],
  ['a row with a cell too many', { ...results.table, rows: [['x', 1, 2]] }],
  ['a sample without a path', { ...results.samples, groups: [{ label: 'g', samples: [{ note: 'n' }] }] }],
  ['a picture that neither is there nor says why', { ...results.table, why: undefined }],
])('%s is refused', (_, result) => {
  expect(parse({ ...evaluation, results: { result } }).success).toBe(false);
});
