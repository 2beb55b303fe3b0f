/**
 * @file The schema that checks the evaluations in a checkpoint. It knows every kind of result. A result never holds NaN,
 * which JSON cannot store.
 */
import * as v from 'valibot';
import type { Evaluation, Result } from '../../protocol/results';

const described = { label: v.string(), about: v.string() };
const pictured = { ...described, why: v.nullable(v.string()) };
const format = v.picklist(['percent', 'number']);
const figured = { ...described, format, headline: v.exactOptional(v.literal(true)) };
const figure = v.union([v.object({ value: v.number() }), v.object({ value: v.null(), why: v.string() })]);
const place = v.pipe(v.number(), v.integer(), v.minValue(0));

const matrix = v.pipe(
  v.object({
    label: v.string(),
    rows: v.array(v.string()),
    columns: v.array(v.string()),
    cells: v.array(v.tuple([place, place, v.number()])),
  }),
  v.check(
    ({ rows, columns, cells }) =>
      cells.every(([row, column]) => row < rows.length && column < columns.length),
    'a cell lies outside its matrix',
  ),
);
const table = v.pipe(
  v.object({
    kind: v.literal('table'),
    ...pictured,
    columns: v.array(v.string()),
    rows: v.array(v.array(v.nullable(v.union([v.string(), v.number()])))),
  }),
  v.check(
    ({ columns, rows }) => rows.every(row => row.length === columns.length),
    'a row of a table has more or fewer cells than the table has columns',
  ),
);

const result: v.GenericSchema<unknown, Result> = v.variant('kind', [
  v.object({ kind: v.literal('scalar'), ...figured, figure }),
  v.object({ kind: v.literal('perTask'), ...figured, figures: v.record(v.string(), figure) }),
  v.object({
    kind: v.literal('curve'),
    ...pictured,
    x: v.string(),
    y: v.string(),
    lines: v.array(v.object({ label: v.string(), points: v.array(v.tuple([v.number(), v.number()])) })),
  }),
  v.object({
    kind: v.literal('matrix'),
    ...pictured,
    row: v.string(),
    column: v.string(),
    matrices: v.array(matrix),
  }),
  table,
  v.object({
    kind: v.literal('samples'),
    ...pictured,
    groups: v.array(
      v.object({
        label: v.string(),
        samples: v.array(v.object({ path: v.string(), note: v.string() })),
      }),
    ),
  }),
]);

export const evaluationSchema: v.GenericSchema<unknown, Evaluation> = v.object({
  step: v.number(),
  side: v.picklist(['validation', 'test']),
  samples: v.number(),
  damaged: v.exactOptional(v.number()),
  results: v.record(v.string(), result),
});
