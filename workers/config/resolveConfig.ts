/**
 * @file Turns an untrusted config, which comes from the page, the URL hash or a script, into one that is complete and
 * checked.
 */

import { checkOption } from '../protocol/checkOption';
import { AppError } from '../protocol/errors';
import type { RunConfig } from '../protocol/runs';
import { SYSTEMS } from '../tasks/systems';
import { OPTIONS } from './options';
import { checkPreset, presetOf } from './presets';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const show = (value: unknown) => JSON.stringify(value) ?? String(value);

/**
 * Completes and checks an untrusted config. A missing key takes the default of the preset, or else the default of the option.
 * @throws AppError `config/unknown` for a key that is no option, `config/value` for a value that is not allowed.
 */
export function resolveConfig(input: unknown): RunConfig {
  if (!isRecord(input))
    throw new AppError('config/value', `The config is ${show(input)}; it must be an object of options.`);
  const { system = 'expression', preset: wanted = 'tiny', ...given } = input;
  if (typeof system !== 'string' || !Object.hasOwn(SYSTEMS, system)) {
    throw new AppError(
      'config/value',
      `system is ${show(system)}; it must be one of ${Object.keys(SYSTEMS).join(', ')}.`,
    );
  }
  const preset = checkPreset(wanted);
  const { defaults } = presetOf({ preset });
  const config: RunConfig = { system, preset };
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
