/** What every sample set of the registry must hold. */

import { describe, expect, test } from 'vitest';
import { catalogue } from '../../../../workers/config/catalogue';
import { openSampleSet } from '../../../../workers/data/synthetic/openSampleSet';
import { SAMPLE_SETS, type SampleSetId } from '../../../../workers/data/synthetic/sampleSets';
import { SYSTEMS } from '../../../../workers/tasks/systems';

const open = (sample: string) =>
  openSampleSet(
    { id: 'faces', source: { kind: 'sample', sample, options: { seed: 5, identities: 3, perCell: 4 } } },
    () => undefined,
  );

describe.each(Object.keys(SAMPLE_SETS) as SampleSetId[])('%s', id => {
  const set = SAMPLE_SETS[id];

  test('can train the system for which it is made, and has the modalities that it names', async () => {
    const { index, summary, pixels } = await open(id);
    expect(Object.keys(SYSTEMS)).toContain(set.system);
    expect(summary.systems[set.system]).toBe(true);
    expect(index.columns.modality.names).toEqual(set.modalities);
    expect((await pixels(0, 16)).length).toBe(16 * 16 * 3);
  });

  test('its default size is within its limits', () => {
    expect(set.defaults.identities).toBeLessThanOrEqual(set.limits.identities);
    expect(set.defaults.perCell).toBeLessThanOrEqual(set.limits.perCell);
  });

  test('the page learns it from the catalogue', () => {
    expect(catalogue().sampleSets).toContainEqual({ id, ...set });
  });
});

test('an unknown sample set is refused with the names of the known ones', async () => {
  await expect(open('sample-animals')).rejects.toMatchObject({
    code: 'sample/unknown',
    message: `There is no sample set "sample-animals". Choose one of ${Object.keys(SAMPLE_SETS).join(', ')}.`,
  });
});
