/**
 * @file The URL hash: `#dataset=sample-expression&preset=tiny&methods=dynamic,naive&seed=1&steps=300&unit.sigma=0.1`.
 *
 * It holds the seed and every setting that differs from its default, so that a link is an experiment. A hash is
 * untrusted: keys that are unknown or have a bad value are ignored, and named.
 */
import * as v from 'valibot';
import type { Catalogue } from '../../workers/protocol/catalogue';
import type { BackendId } from '../../workers/protocol/device';
import { backendSchema, checkpointSchema, faceKeys, faceSchema, optionSchema, schemasOf } from './hashSchema';
import { printOption } from './optionText';
import {
  defaultChoice,
  defaultOption,
  defaultSettings,
  findSampleSet,
  relevantOptions,
  type SampleChoice,
  type Settings,
  withOption,
} from './settings';

export interface HashState {
  settings: Settings;
  dataset: SampleChoice | null;
  /** The name of a checkpoint in this browser. The next runs start from its weights. */
  startFrom: string | null;
}
export interface IgnoredKey {
  key: string;
  reason: string;
}

const params = (hash: string) => new URLSearchParams(hash.replace(/^#/, ''));

/** The backend that the hash forces, read before the catalogue is known. If undefined, the best one is chosen. */
export const readBackend = (hash: string) =>
  backendSchema.options.find(name => name === params(hash).get('backend'));

/** Never throws: what cannot be used is named in `ignored`. @param checkpoints names of those that this browser keeps. */
export function readHash(
  hash: string,
  catalogue: Catalogue,
  checkpoints: readonly string[] = [],
): HashState & { ignored: IgnoredKey[] } {
  const given = params(hash);
  const ignored: IgnoredKey[] = [];
  const used = new Set<string>();
  const take = <T>(key: string, schema: v.GenericSchema<string, T>): T | undefined => {
    used.add(key);
    const text = given.get(key);
    if (text === null) return undefined;
    const read = v.safeParse(schema, text, { abortPipeEarly: true });
    if (read.success) return read.output;
    ignored.push({ key, reason: read.issues[0].message });
    return undefined;
  };
  const schemas = schemasOf(catalogue);

  take('backend', backendSchema);
  const set = findSampleSet(catalogue, take('dataset', schemas.dataset) ?? '');
  const faces = set && { ...set.defaults };
  for (const face of faceKeys) {
    const value = take(face.key, faceSchema(face, set, catalogue));
    if (faces && value !== undefined) faces[face.field] = value;
  }
  const dataset = set && faces ? { ...defaultChoice(set), options: faces } : null;

  const system = take('system', schemas.system);
  const fresh = defaultSettings(catalogue, system ?? set?.system);
  const preset = take('preset', schemas.preset) ?? fresh.preset;
  const methods = take('methods', schemas.methods) ?? fresh.methods;
  let settings: Settings = { ...fresh, preset, methods };
  for (const [key, spec] of Object.entries(catalogue.options)) {
    const value = take(key, optionSchema(spec));
    if (value !== undefined) settings = withOption(catalogue, settings, key, value);
  }
  const startFrom = take('startFrom', checkpointSchema(checkpoints));
  for (const key of new Set(given.keys())) if (!used.has(key)) ignored.push({ key, reason: 'is no setting' });
  return { settings, dataset, startFrom: startFrom ?? null, ignored };
}

/** The shortest hash that `readHash` turns into the same state, without the leading `#`. */
export function printHash(
  { settings, dataset, startFrom }: HashState,
  catalogue: Catalogue,
  backend?: string,
): string {
  const parts: [string, string][] = [];
  const set = dataset ? findSampleSet(catalogue, dataset.sample) : undefined;
  if (dataset && set) {
    parts.push(['dataset', dataset.sample]);
    for (const { key, field } of faceKeys)
      if (dataset.options[field] !== set.defaults[field]) parts.push([key, String(dataset.options[field])]);
  }
  const fresh = defaultSettings(catalogue, set?.system);
  if (settings.system !== fresh.system) parts.push(['system', settings.system]);
  if (settings.preset !== fresh.preset) parts.push(['preset', settings.preset]);
  if (settings.methods.join() !== fresh.methods.join()) parts.push(['methods', settings.methods.join(',')]);
  const seed = settings.options.seed ?? defaultOption(catalogue, settings.preset, 'seed');
  if (seed !== undefined) parts.push(['seed', printOption(seed)]);
  const relevant = new Set(relevantOptions(catalogue, settings));
  for (const [key, value] of Object.entries(settings.options))
    if (key !== 'seed' && relevant.has(key)) parts.push([key, printOption(value)]);
  if (startFrom !== null) parts.push(['startFrom', startFrom]);
  if (backend) parts.push(['backend', backend]);
  // These characters are legal in a fragment, and are far easier to read and edit than %2C.
  const encode = (text: string) => encodeURIComponent(text).replace(/%(2C|3A|40)/g, decodeURIComponent);
  return parts.map(([key, value]) => `${encode(key)}=${encode(value)}`).join('&');
}

/** The same hash with another forced backend, or without one. It begins with `#`. */
export function withBackend(hash: string, backend: BackendId | null): string {
  const others = hash
    .replace(/^#/, '')
    .split('&')
    .filter(part => part !== '' && !part.startsWith('backend='));
  return `#${[...others, ...(backend ? [`backend=${backend}`] : [])].join('&')}`;
}
