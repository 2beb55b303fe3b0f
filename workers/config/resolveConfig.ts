/** @file From an untrusted config (page, URL hash, script) to one that is complete and checked. */

import { AppError } from '../protocol/errors';
import type { OptionSpec, OptionValue } from '../protocol/options';
import type { RunConfig } from '../protocol/runs';
import type { SystemId } from '../protocol/systems';
import { SYSTEMS } from '../tasks/systems';
import { OPTIONS } from './options';
import { PRESETS } from './presets';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const show = (value: unknown) => JSON.stringify(value) ?? String(value);

function checkNumber(
  key: string,
  value: unknown,
  { min, max, integer }: { min: number; max: number; integer?: boolean },
) {
  if (
    typeof value !== 'number' ||
    !Number.isFinite(value) ||
    value < min ||
    value > max ||
    (integer && !Number.isInteger(value))
  ) {
    throw new AppError(
      'config/value',
      `${key} is ${show(value)}; it must be ${integer ? 'a whole number' : 'a number'} from ${min} to ${max}.`,
    );
  }
  return value;
}

/** Checks one value against its spec. @throws AppError `config/value` naming key, value and what is allowed. */
export function checkOption(key: string, spec: OptionSpec, value: unknown): OptionValue {
  switch (spec.kind) {
    case 'number':
      return checkNumber(key, value, spec);
    case 'flag':
      if (typeof value !== 'boolean')
        throw new AppError('config/value', `${key} is ${show(value)}; it must be true or false.`);
      return value;
    case 'choice':
      if (typeof value !== 'string' || !spec.choices.some(choice => choice.value === value)) {
        throw new AppError(
          'config/value',
          `${key} is ${show(value)}; it must be one of ${spec.choices.map(c => c.value).join(', ')}.`,
        );
      }
      return value;
    case 'perTask':
    case 'list':
      if (!Array.isArray(value))
        throw new AppError('config/value', `${key} is ${show(value)}; it must be a list of numbers.`);
      return value.map(item => checkNumber(key, item, spec));
    case 'schedule': {
      if (!Array.isArray(value))
        throw new AppError('config/value', `${key} is ${show(value)}; it must be a list of [step, rate].`);
      const pairs = value.map((pair): readonly [number, number] => {
        if (!Array.isArray(pair) || pair.length !== 2)
          throw new AppError('config/value', `${key} holds ${show(pair)}; each entry must be [step, rate].`);
        return [
          checkNumber(key, pair[0], { min: 0, max: 1e9, integer: true }),
          checkNumber(key, pair[1], { min: 0, max: 10 }),
        ];
      });
      if (pairs.some(([step], i) => i > 0 && step <= (pairs[i - 1]?.[0] ?? -1)))
        throw new AppError('config/value', `${key}: the steps must rise.`);
      return pairs;
    }
    default:
      return spec satisfies never;
  }
}

/**
 * Completes and checks an untrusted config: missing keys take the preset's defaults, then the option's own.
 * @throws AppError `config/unknown` or `config/value`.
 */
export function resolveConfig(input: unknown): RunConfig {
  if (!isRecord(input))
    throw new AppError('config/value', `The config is ${show(input)}; it must be an object of options.`);
  const { system = 'expression', preset = 'tiny', ...given } = input;
  if (typeof system !== 'string' || !Object.hasOwn(SYSTEMS, system)) {
    throw new AppError(
      'config/value',
      `system is ${show(system)}; it must be one of ${Object.keys(SYSTEMS).join(', ')}.`,
    );
  }
  if (typeof preset !== 'string' || !Object.hasOwn(PRESETS, preset)) {
    throw new AppError(
      'config/value',
      `preset is ${show(preset)}; it must be one of ${Object.keys(PRESETS).join(', ')}.`,
    );
  }
  const defaults: Readonly<Record<string, OptionValue>> = PRESETS[preset as keyof typeof PRESETS].defaults;
  const config: RunConfig = { system: system as SystemId, preset };
  for (const [key, spec] of Object.entries(OPTIONS)) {
    const value = given[key];
    config[key] = value === undefined ? (defaults[key] ?? spec.default) : checkOption(key, spec, value);
  }
  const unknown = Object.keys(given).filter(key => !Object.hasOwn(OPTIONS, key));
  if (unknown.length > 0)
    throw new AppError(
      'config/unknown',
      `Unknown option ${unknown.join(', ')}. Known: ${Object.keys(OPTIONS).join(', ')}.`,
    );
  return config;
}
