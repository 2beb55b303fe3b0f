/** @file Option values as text, for the URL hash and for input fields: `0.1`, `true`, `0.5,0.5`, `0:0.1,200:0.01`. */
import type { OptionSpec, OptionValue } from '../../workers/protocol/options';

export type Parsed = { ok: true; value: OptionValue } | { ok: false; reason: string };

const wrong = (reason: string): Parsed => ({ ok: false, reason });

function parseNumber(text: string, { min, max, integer }: { min: number; max: number; integer?: boolean }) {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const fits =
    Number.isFinite(value) && value >= min && value <= max && (!integer || Number.isInteger(value));
  return fits ? value : null;
}

const range = ({ min, max, integer }: { min: number; max: number; integer?: boolean }) =>
  `${integer ? 'a whole number' : 'a number'} from ${min} to ${max}`;

function parseList(text: string, spec: { min: number; max: number }): Parsed {
  const numbers = text.trim() === '' ? [] : text.split(',').map(part => parseNumber(part, spec));
  const good = numbers.filter(number => number !== null);
  return good.length === numbers.length
    ? { ok: true, value: good }
    : wrong(`must be numbers from ${spec.min} to ${spec.max} with commas between them`);
}

function parseSchedule(text: string): Parsed {
  const pairs: [number, number][] = [];
  for (const part of text.split(',').filter(part => part.trim() !== '')) {
    const [step, rate, ...rest] = part.split(':');
    const from = parseNumber(step ?? '', { min: 0, max: 1e9, integer: true });
    const value = parseNumber(rate ?? '', { min: 0, max: 10 });
    if (from === null || value === null || rest.length > 0)
      return wrong('must be pairs of step:rate such as 0:0.1,200:0.01');
    if (from <= (pairs.at(-1)?.[0] ?? -1)) return wrong('must have rising steps');
    pairs.push([from, value]);
  }
  return { ok: true, value: pairs };
}

export function parseOption(spec: OptionSpec, text: string): Parsed {
  switch (spec.kind) {
    case 'number': {
      const value = parseNumber(text, spec);
      return value === null ? wrong(`must be ${range(spec)}`) : { ok: true, value };
    }
    case 'flag':
      if (text === 'true' || text === '1') return { ok: true, value: true };
      if (text === 'false' || text === '0') return { ok: true, value: false };
      return wrong('must be true or false');
    case 'choice':
      return spec.choices.some(choice => choice.value === text)
        ? { ok: true, value: text }
        : wrong(`must be one of ${spec.choices.map(choice => choice.value).join(', ')}`);
    case 'perTask':
    case 'list':
      return parseList(text, spec);
    case 'schedule':
      return parseSchedule(text);
    default:
      return spec satisfies never;
  }
}

export function printOption(value: OptionValue): string {
  if (!Array.isArray(value)) return String(value);
  return value.map(item => (Array.isArray(item) ? item.join(':') : String(item))).join(',');
}
