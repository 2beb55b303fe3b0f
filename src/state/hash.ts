/**
 * @file The URL hash: `#dataset=sample-expression&preset=tiny&methods=dynamic,naive&seed=1&steps=300&unit.sigma=0.1`.
 *
 * It holds the seed and every setting that differs from its default, so that a link is an experiment. A hash is
 * untrusted: keys that are unknown or have a bad value are ignored, and named.
 */
import type { Catalogue } from '../../workers/protocol/catalogue';
import type { SampleSetDescription } from '../../workers/protocol/dataset';
import type { DeviceInfo } from '../../workers/protocol/device';
import { parseOption, printOption } from './optionText';
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
  /** Name of a checkpoint of this browser whose weights the next runs start from. */
  startFrom: string | null;
}
export interface IgnoredKey {
  key: string;
  reason: string;
}

const faceOptions = [
  { key: 'faces.seed', field: 'seed', min: 0 },
  { key: 'faces.identities', field: 'identities', min: 2 },
  { key: 'faces.perCell', field: 'perCell', min: 1 },
] as const;
const largest = ({ limits }: SampleSetDescription, field: 'seed' | 'identities' | 'perCell') =>
  field === 'seed' ? 2 ** 32 - 1 : limits[field];
const backends: readonly DeviceInfo['backend'][] = ['webgpu', 'webgl', 'cpu'];

const params = (hash: string) => new URLSearchParams(hash.replace(/^#/, ''));

/** The forced backend, read before the catalogue is known; undefined = the best there is. */
export const readBackend = (hash: string) => backends.find(name => name === params(hash).get('backend'));

/** Never throws: what cannot be used is in `ignored`. @param checkpoints names of those that this browser keeps. */
export function readHash(
  hash: string,
  catalogue: Catalogue,
  checkpoints: readonly string[] = [],
): HashState & { ignored: IgnoredKey[] } {
  const given = params(hash);
  const ignored: IgnoredKey[] = [];
  const used = new Set<string>();
  const take = <T>(
    key: string,
    parse: (text: string) => { value: T } | { reason: string },
  ): T | undefined => {
    used.add(key);
    const text = given.get(key);
    if (text === null) return undefined;
    const parsed = parse(text);
    if ('value' in parsed) return parsed.value;
    ignored.push({ key, reason: parsed.reason });
    return undefined;
  };
  const oneOf =
    <T extends { id: string }>(items: readonly T[]) =>
    (text: string) => {
      const item = items.find(({ id }) => id === text);
      return item ? { value: item } : { reason: `must be one of ${items.map(({ id }) => id).join(', ')}` };
    };

  take('backend', oneOf(backends.map(id => ({ id }))));
  const set = take('dataset', oneOf(catalogue.sampleSets));
  const faces = set && { ...set.defaults };
  for (const { key, field, min } of faceOptions) {
    const value = take(key, text => {
      if (!set)
        return { reason: `needs ${catalogue.sampleSets.map(({ id }) => `dataset=${id}`).join(' or ')}` };
      const range = { min, max: largest(set, field), integer: true };
      const parsed = parseOption({ kind: 'number', label: '', group: '', default: min, ...range }, text);
      return parsed.ok ? { value: Number(parsed.value) } : { reason: parsed.reason };
    });
    if (faces && value !== undefined) faces[field] = value;
  }
  const dataset = set && faces ? { ...defaultChoice(set), options: faces } : null;

  const system = take('system', oneOf(catalogue.systems));
  let settings = defaultSettings(catalogue, system?.id ?? set?.system);
  const preset = take('preset', oneOf(catalogue.presets));
  if (preset) settings = { ...settings, preset: preset.id };
  const methods = take('methods', text => {
    const wanted = text.split(',').filter(Boolean);
    const known = catalogue.weightings.map(({ id }) => id);
    const unknown = wanted.filter(id => !known.includes(id));
    if (unknown.length > 0) return { reason: `${unknown.join(', ')} is none of ${known.join(', ')}` };
    return wanted.length > 0
      ? { value: known.filter(id => wanted.includes(id)) }
      : { reason: 'names no method' };
  });
  if (methods) settings = { ...settings, methods };

  for (const [key, spec] of Object.entries(catalogue.options)) {
    const value = take(key, text => {
      const parsed = parseOption(spec, text);
      return parsed.ok ? { value: parsed.value } : { reason: parsed.reason };
    });
    if (value !== undefined) settings = withOption(catalogue, settings, key, value);
  }
  const startFrom = take('startFrom', name =>
    checkpoints.includes(name) ? { value: name } : { reason: `this browser keeps no checkpoint “${name}”` },
  );
  for (const key of new Set(given.keys())) if (!used.has(key)) ignored.push({ key, reason: 'is no setting' });
  return { settings, dataset, startFrom: startFrom ?? null, ignored };
}

/** The shortest hash that `readHash` turns into the same state; without the leading `#`. */
export function printHash(
  { settings, dataset, startFrom }: HashState,
  catalogue: Catalogue,
  backend?: string,
): string {
  const parts: [string, string][] = [];
  const set = dataset ? findSampleSet(catalogue, dataset.sample) : undefined;
  if (dataset && set) {
    parts.push(['dataset', dataset.sample]);
    for (const { key, field } of faceOptions)
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
  // Commas and colons are legal in a fragment and far easier to read and edit than %2C.
  const encode = (text: string) => encodeURIComponent(text).replaceAll('%2C', ',').replaceAll('%3A', ':');
  return parts.map(([key, value]) => `${encode(key)}=${encode(value)}`).join('&');
}
