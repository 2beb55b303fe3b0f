/**
 * @file Checks whether an option allows a value. The page, the address, scripts and the workers all use these functions. The
 * values are `unknown`, because an address, a script or a weight file may hold anything.
 */
import { AppError } from './errors';
import type { OptionSpec, OptionValue, ValueOf } from './options';
import { parseTasks } from './taskList';

interface Range {
  min: number;
  max: number;
  integer?: boolean;
}

const steps: Range = { min: 0, max: 1e9, integer: true };
const rates: Range = { min: 0, max: 10 };

const isWithin = (value: unknown, { min, max, integer }: Range): value is number =>
  typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value));

const allWithin = (value: unknown, range: Range): boolean =>
  Array.isArray(value) && value.every(item => isWithin(item, range));

function scheduleProblem(value: unknown): string | null {
  const isPair = (pair: unknown) => Array.isArray(pair) && pair.length === 2;
  if (!Array.isArray(value) || !value.every(isPair)) return 'must be a list of [step, rate]';
  if (!value.every(([step, rate]) => isWithin(step, steps) && isWithin(rate, rates)))
    return `must have whole steps from ${steps.min} to ${steps.max} and rates from ${rates.min} to ${rates.max}`;
  return value.every(([step], i) => i === 0 || step > value[i - 1][0]) ? null : 'must have rising steps';
}

/**
 * Says what is wrong with a value, or null if the option allows it.
 * @returns the end of a sentence that begins with the name of the option: "must be true or false".
 */
export function optionProblem(spec: OptionSpec, value: unknown): string | null {
  switch (spec.kind) {
    case 'number': {
      const kind = spec.integer ? 'a whole number' : 'a number';
      return isWithin(value, spec) ? null : `must be ${kind} from ${spec.min} to ${spec.max}`;
    }
    case 'flag':
      return typeof value === 'boolean' ? null : 'must be true or false';
    case 'choice': {
      const values = spec.choices.map(choice => choice.value);
      return values.some(known => known === value) ? null : `must be one of ${values.join(', ')}`;
    }
    case 'perTask':
    case 'list':
      return allWithin(value, spec) ? null : `must be numbers from ${spec.min} to ${spec.max}`;
    case 'schedule':
      return scheduleProblem(value);
    case 'tasks': {
      const parsed = parseTasks(typeof value === 'string' ? value : '');
      return parsed.ok ? null : parsed.reason;
    }
    default:
      return spec satisfies never;
  }
}

/** Whether an option allows a value. */
export function fitsOption<S extends OptionSpec>(spec: S, value: unknown): value is ValueOf<S> {
  return optionProblem(spec, value) === null;
}

/**
 * Returns a value if its option allows it.
 * @throws AppError `config/value`. The message names the key, the value and what is allowed.
 */
export function checkOption<S extends OptionSpec>(key: string, spec: S, value: unknown): ValueOf<S> {
  if (fitsOption(spec, value)) return value;
  const shown = JSON.stringify(value) ?? String(value);
  throw new AppError('config/value', `${key} is ${shown}; it ${optionProblem(spec, value)}.`);
}

/**
 * Makes a function that reads options from a complete config. The type of a result comes from the spec of its option. For a
 * choice it is the union of the values. The function throws the error of `checkOption`.
 */
export const optionReader =
  <Specs extends Readonly<Record<keyof Specs, OptionSpec>>>(specs: Specs) =>
  <K extends keyof Specs & string>(
    config: Readonly<Record<string, OptionValue>>,
    key: K,
  ): ValueOf<Specs[K]> => {
    const spec: Specs[K] = specs[key];
    return checkOption(key, spec, config[key]);
  };
