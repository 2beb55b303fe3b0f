/** @file The registry of sample sets, as data. The generator draws them, and the page lists them. */
import type { SampleSetDescription } from '../../protocol/dataset';
import { AppError } from '../../protocol/errors';

/** The amount of nuisance for each modality (METHOD section 8). */
export const modalityNuisance = { photo: 0.6, caricature: 1.3 } as const;
export type Modality = keyof typeof modalityNuisance;

const limits = { identities: 500, perCell: 100 } as const;

/**
 * The sample sets. Their sizes are those that section 8 of METHOD measured: 24 identities, with 6 + 2 photos for each identity
 * and expression, or with 3 + 1 pictures for each identity, expression and modality.
 */
export const SAMPLE_SETS = {
  'sample-expression': {
    label: 'Sample faces',
    about: '24 people, 7 expressions, drawn here',
    system: 'expression',
    modalities: ['photo'],
    defaults: { seed: 1, identities: 24, perCell: 8 },
    limits,
  },
  'sample-caricature': {
    label: 'Sample caricatures',
    about: 'the same people, photographed and exaggerated',
    system: 'caricature',
    modalities: ['photo', 'caricature'],
    defaults: { seed: 1, identities: 24, perCell: 4 },
    limits,
  },
} as const satisfies Readonly<
  Record<string, Omit<SampleSetDescription, 'id'> & { modalities: readonly Modality[] }>
>;

export type SampleSetId = keyof typeof SAMPLE_SETS;

/** Checks the id of a sample set. @throws AppError `sample/unknown` when there is no such set. */
export function sampleSetId(id: string): SampleSetId {
  if (!Object.hasOwn(SAMPLE_SETS, id))
    throw new AppError(
      'sample/unknown',
      `There is no sample set "${id}". Choose one of ${Object.keys(SAMPLE_SETS).join(', ')}.`,
    );
  return id as SampleSetId;
}
