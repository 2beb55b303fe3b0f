/** @file Summarises a dataset in numbers and sentences: the page's Table 1, and which systems the dataset can train. */

import type { DatasetIndex, DatasetSummary, LabelColumn, LayoutScore, Skipped } from '../protocol/dataset';
import { AppError } from '../protocol/errors';
import { furtherColumns, mapColumns } from '../protocol/labelColumns';
import { fewestClasses } from '../protocol/taskNeeds';
import { systemAnswer } from '../tasks/needs';
import { SYSTEMS } from '../tasks/systems';

/**
 * With fewer identities, ln(identities) is close to ln(expressions), so both tasks start with nearly the same loss
 * (METHOD section 8).
 */
const fewIdentities = 16;

export interface SummaryContext {
  layoutLabel: string;
  preset: string | null;
  candidates: readonly LayoutScore[];
  notes: readonly string[];
  skipped: readonly Skipped[];
  source: DatasetSummary['source'];
}

function countsOf({ names, values }: LabelColumn): Record<string, number> {
  const counts = names.map(() => 0);
  for (const i of values) if (i !== null) counts[i] = (counts[i] ?? 0) + 1;
  return Object.fromEntries(names.map((name, i) => [name, counts[i] ?? 0]));
}

/** Rejects a dataset in which every task has fewer than two classes. @throws AppError, see `summarise`. */
function refuseUseless({ samples, columns }: DatasetIndex, source: DatasetSummary['source']) {
  const identities = columns.identity.names;
  const expressions = columns.expression.names;
  const [person] = identities;
  const count = samples.length;
  // A task that the visitor chooses can use any further column.
  if (furtherColumns(Object.keys(columns)).some(name => (columns[name]?.names.length ?? 0) >= fewestClasses))
    return;
  if (
    identities.length === 1 &&
    (expressions.length < 2 || columns.identity.values.every(identity => identity !== null))
  )
    throw new AppError(
      'dataset/one-identity',
      `${count === 1 ? 'The only image shows' : `All ${count} images show`} one person (${person}), and training tells people apart. ${
        source.kind === 'sample'
          ? 'Choose at least two people.'
          : 'Add a folder for each further person, or the rest of the dataset, and open it again.'
      }`,
    );
  if (identities.length === 0 && expressions.length < 2)
    throw new AppError(
      'dataset/unlabelled',
      `None of the ${count} images says who it shows${
        expressions.length === 1
          ? `, and all show one expression (${expressions[0]})`
          : ' or which expression'
      }, so there is nothing to tell apart. Put the images in a folder a person or an expression, or add a manifest.csv.`,
    );
}

function notesOn(index: DatasetIndex): string[] {
  const notes: string[] = [];
  const { identity, expression } = index.columns;
  const people = identity.names.length;
  const classes = expression.names.length;
  if (people >= 2 && people < fewIdentities)
    notes.push(
      classes >= 2
        ? `Only ${people} people: the identity loss starts near ln ${people} = ${Math.log(people).toFixed(1)}, the expression loss near ln ${classes} = ${Math.log(classes).toFixed(1)}. With fewer than ${fewIdentities} people hard and easy may change roles.`
        : `Only ${people} people: with fewer than ${fewIdentities} the identity tasks are easy, and hard and easy may change roles.`,
    );
  const single = Object.values(countsOf(identity)).filter(n => n === 1).length;
  if (people >= 2 && single > 0)
    notes.push(`${single} of ${people} people have a single image: they train, but are never held out.`);
  return notes;
}

/**
 * Summarises a dataset.
 * @throws AppError when no task of any system can be trained: `dataset/one-identity` when all images show one person,
 * `dataset/unlabelled` when no image has a label of a person and there are fewer than two expressions.
 */
export function summarise(index: DatasetIndex, context: SummaryContext): DatasetSummary {
  const { samples, columns } = index;
  refuseUseless(index, context.source);
  return {
    id: index.id,
    name: index.name,
    layout: index.layout,
    layoutLabel: context.layoutLabel,
    preset: context.preset,
    candidates: context.candidates,
    images: samples.length,
    sequences: new Set(samples.map(sample => sample.sequence).filter(sequence => sequence !== null)).size,
    counts: mapColumns(columns, countsOf),
    unlabelled: mapColumns(columns, ({ values }) => values.filter(value => value === null).length),
    systems: Object.fromEntries(
      Object.entries(SYSTEMS).map(([id, system]) => [id, systemAnswer(system, index)]),
    ),
    notes: [...context.notes, ...notesOn(index)],
    skipped: context.skipped,
    fingerprint: index.fingerprint,
    source: context.source,
  };
}
