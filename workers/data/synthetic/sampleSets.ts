/** @file The registry of sample sets, as data. The generator draws them, and the page lists them. */
import type { SampleSetDescription, SampleSetId } from '../../protocol/dataset';

/** The amount of nuisance for each modality (METHOD section 8). */
export const modalityNuisance = { photo: 0.6, caricature: 1.3 } as const;
export type Modality = keyof typeof modalityNuisance;

const limits = { identities: 500, perCell: 100 } as const;

/**
 * The sample sets. Their sizes are those that section 8 of METHOD measured: 24 identities, with 6 + 2 photos for each identity
 * and expression, or with 3 + 1 pictures for each identity, expression and modality.
 */
export const SAMPLE_SETS: Readonly<
  Record<SampleSetId, Omit<SampleSetDescription, 'id'> & { modalities: readonly Modality[] }>
> = {
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
};
