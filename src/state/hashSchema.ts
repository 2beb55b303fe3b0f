/**
 * @file What each key of the URL hash may hold: a schema from the key's text to its value. A schema's message follows the
 * key's name ("must be one of …"); the types of the values are inferred.
 */
import * as v from 'valibot';
import type { Catalogue } from '../../workers/protocol/catalogue';
import type { SampleSetDescription } from '../../workers/protocol/dataset';
import type { BackendId } from '../../workers/protocol/device';
import type { OptionSpec } from '../../workers/protocol/options';
import { parseOption } from './optionText';

const oneOf = <const Id extends string>(ids: readonly Id[]) =>
  v.picklist(ids, `must be one of ${ids.join(', ')}`);

const idsOf = <Id extends string>(items: readonly { id: Id }[]) => items.map(({ id }) => id);

export const backendSchema = oneOf<BackendId>(['webgpu', 'wasm', 'webgl', 'cpu']);

/** Accepts some of `known` with commas between them. The value has them in the order of `known`. */
function listOf(known: readonly string[]) {
  const strangers = (ids: readonly string[]) => ids.filter(id => !known.includes(id));
  return v.pipe(
    v.string(),
    v.transform(text => text.split(',').filter(Boolean)),
    v.minLength(1, 'names no method'),
    v.check(
      ids => strangers(ids).length === 0,
      ({ input }) => `${strangers(input).join(', ')} is none of ${known.join(', ')}`,
    ),
    v.transform(ids => known.filter(id => ids.includes(id))),
  );
}

export const optionSchema = (spec: OptionSpec) =>
  v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const parsed = parseOption(spec, dataset.value);
      if (parsed.ok) return parsed.value;
      addIssue({ message: parsed.reason });
      return NEVER;
    }),
  );

/** The schemas of the keys that every catalogue has. For the keys of its options, see `optionSchema`. */
export const schemasOf = ({ sampleSets, systems, presets, weightings }: Catalogue) => ({
  dataset: oneOf(idsOf(sampleSets)),
  system: oneOf(idsOf(systems)),
  preset: oneOf(idsOf(presets)),
  methods: listOf(idsOf(weightings)),
});

/** @param kept names of the checkpoints that this browser keeps. */
export const checkpointSchema = (kept: readonly string[]) =>
  v.picklist(kept, ({ input }) => `this browser keeps no checkpoint “${input}”`);

/** The keys of the sample faces, and the field of `SampleSetOptions` that each is. */
export const faceKeys = [
  { key: 'faces.seed', field: 'seed', min: 0 },
  { key: 'faces.identities', field: 'identities', min: 2 },
  { key: 'faces.perCell', field: 'perCell', min: 1 },
] as const;

/** @param set the sample set that the hash names. Without one, the keys have no meaning. */
export function faceSchema(
  { field, min }: (typeof faceKeys)[number],
  set: SampleSetDescription | undefined,
  { sampleSets }: Catalogue,
) {
  const sets = sampleSets.map(({ id }) => `dataset=${id}`).join(' or ');
  const max = field === 'seed' ? 2 ** 32 - 1 : (set?.limits[field] ?? min);
  return v.pipe(
    v.string(),
    v.check(() => set !== undefined, `needs ${sets}`),
    optionSchema({ kind: 'number', label: '', group: '', default: min, min, max, integer: true }),
    v.number(),
  );
}
