/** @file What a dataset holds, in numbers and sentences: the page's Table 1, and which systems it can train. */
import { AppError } from '../protocol/link';
import type {
  DatasetIndex,
  DatasetSummary,
  LayoutScore,
  Sample,
  Skipped,
  SystemId,
} from '../protocol/messages';

/** With fewer, ln(identities) comes near ln(expressions): the tasks start alike (METHOD section 8). */
const fewIdentities = 16;

export interface SummaryContext {
  layoutLabel: string;
  candidates: readonly LayoutScore[];
  notes: readonly string[];
  skipped: readonly Skipped[];
  source: DatasetSummary['source'];
}

function countBy(
  names: readonly string[],
  samples: readonly Sample[],
  of: (sample: Sample) => number | null,
) {
  const counts = names.map(() => 0);
  for (const sample of samples) {
    const i = of(sample);
    if (i !== null) counts[i] = (counts[i] ?? 0) + 1;
  }
  return Object.fromEntries(names.map((name, i) => [name, counts[i] ?? 0]));
}

/** People with at least one image of the modality. */
function peopleWith(index: DatasetIndex, modality: string): Set<number> {
  const wanted = index.modalities.indexOf(modality);
  const people = new Set<number>();
  for (const sample of index.samples)
    if (wanted >= 0 && sample.modality === wanted && sample.identity !== null) people.add(sample.identity);
  return people;
}

function systems(index: DatasetIndex): Record<SystemId, true | string> {
  const people = index.identities.length;
  const needsPeople =
    people === 0
      ? 'No image says who it shows. Put each person in a folder, or add a manifest.csv with an identity column.'
      : people === 1
        ? `All images show one person (${index.identities[0]}); telling people apart needs at least two.`
        : null;
  const expressions = index.expressions.length;
  const needsExpressions =
    expressions === 0
      ? 'No image has an expression. Put each expression in a folder, or add a manifest.csv with an expression column.'
      : expressions === 1
        ? `All labelled images show one expression (${index.expressions[0]}); the expression task needs at least two.`
        : null;
  const photos = peopleWith(index, 'photo');
  const caricatures = peopleWith(index, 'caricature');
  const needsModalities =
    photos.size === 0 || caricatures.size === 0
      ? `It needs photos and caricatures of the same people; this has ${index.modalities.length > 0 ? `only ${index.modalities.join(', ')}` : 'no such labels'}.`
      : photos.size < 2 || caricatures.size < 2
        ? `It needs at least two people with photos and two with caricatures; this has ${photos.size} and ${caricatures.size}.`
        : [...photos].some(person => caricatures.has(person))
          ? null
          : 'No person has both photos and caricatures. Check that both spell the names alike.';
  return {
    expression: needsPeople ?? needsExpressions ?? true,
    caricature: needsPeople ?? needsModalities ?? true,
  };
}

function notesOn(index: DatasetIndex): string[] {
  const notes: string[] = [];
  const people = index.identities.length;
  const classes = index.expressions.length;
  if (people >= 2 && people < fewIdentities)
    notes.push(
      classes >= 2
        ? `Only ${people} people: the identity loss starts near ln ${people} = ${Math.log(people).toFixed(1)}, the expression loss near ln ${classes} = ${Math.log(classes).toFixed(1)}. With fewer than ${fewIdentities} people hard and easy may change roles.`
        : `Only ${people} people: with fewer than ${fewIdentities} the identity tasks are easy, and hard and easy may change roles.`,
    );
  const imagesOf = new Map<number, number>();
  for (const { identity } of index.samples)
    if (identity !== null) imagesOf.set(identity, (imagesOf.get(identity) ?? 0) + 1);
  const single = [...imagesOf.values()].filter(n => n === 1).length;
  if (people >= 2 && single > 0)
    notes.push(`${single} of ${people} people have a single image: they train, but are never held out.`);
  return notes;
}

/**
 * @throws AppError `dataset/unlabelled` when nothing could be learned, `dataset/one-identity` when there is one
 * person and no expression.
 */
export function summarise(index: DatasetIndex, context: SummaryContext): DatasetSummary {
  const { samples } = index;
  const [only] = index.identities;
  if (index.expressions.length === 0 && only === undefined)
    throw new AppError(
      'dataset/unlabelled',
      `None of the ${samples.length} images has an identity or an expression. Put the images in a folder a person or an expression, or add a manifest.csv.`,
    );
  if (index.expressions.length === 0 && index.identities.length === 1)
    throw new AppError(
      'dataset/one-identity',
      `All ${samples.length} images show one person (${only}) and none has an expression, so there is nothing to tell apart. Add a folder for each further person, or sort the images into expression folders.`,
    );
  const missing = (key: 'identity' | 'expression' | 'modality') =>
    samples.filter(sample => sample[key] === null).length;
  return {
    id: index.id,
    name: index.name,
    layout: index.layout,
    layoutLabel: context.layoutLabel,
    candidates: context.candidates,
    images: samples.length,
    identities: index.identities.length,
    sequences: new Set(samples.map(sample => sample.sequence).filter(sequence => sequence !== null)).size,
    expressions: countBy(index.expressions, samples, sample => sample.expression),
    modalities: countBy(index.modalities, samples, sample => sample.modality),
    unlabelled: {
      identity: missing('identity'),
      expression: missing('expression'),
      modality: missing('modality'),
    },
    systems: systems(index),
    notes: [...context.notes, ...notesOn(index)],
    skipped: context.skipped,
    fingerprint: index.fingerprint,
    source: context.source,
  };
}
