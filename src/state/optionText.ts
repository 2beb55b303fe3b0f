/**
 * @file Option values as text, for the URL hash and for input fields: `0.1`, `true`, `0.5,0.5`, `0:0.1,200:0.01`. This file
 * knows how values are written. Whether an option allows a value is decided by `checkOption`.
 */
import { fitsOption, optionProblem } from '../../workers/protocol/checkOption';
import type { OptionSpec, OptionValue } from '../../workers/protocol/options';

export type Parsed = { ok: true; value: OptionValue } | { ok: false; reason: string };

const flags: Readonly<Record<string, boolean>> = { true: true, 1: true, false: false, 0: false };

/** An empty text is not a number, although JavaScript reads it as 0. */
const readNumber = (text = '') => (text.trim() === '' ? Number.NaN : Number(text));

const readList = (text: string) => (text.trim() === '' ? [] : text.split(',').map(readNumber));

const readSchedule = (text: string) =>
  text
    .split(',')
    .filter(part => part.trim() !== '')
    .map(part => part.split(':').map(readNumber));

/** The value that the text states, whether it is allowed or not. */
function readText({ kind }: OptionSpec, text: string): unknown {
  switch (kind) {
    case 'number':
      return readNumber(text);
    case 'flag':
      return flags[text];
    case 'choice':
    case 'tasks':
      return text;
    case 'perTask':
    case 'list':
      return readList(text);
    case 'schedule':
      return readSchedule(text);
    default:
      return kind satisfies never;
  }
}

/**
 * Says how the list of an option is written, if the text could not be read as one. `null` where only the values are
 * wrong.
 */
function howToWrite(spec: OptionSpec, value: unknown): string | null {
  if (!Array.isArray(value)) return null;
  const isReadable = (item: unknown) => (Array.isArray(item) ? item.length === 2 : true);
  if (value.every(isReadable) && !value.flat().some(Number.isNaN)) return null;
  return spec.kind === 'schedule'
    ? 'must be pairs of step:rate such as 0:0.1,200:0.01'
    : `${optionProblem(spec, value)} with commas between them`;
}

export function parseOption(spec: OptionSpec, text: string): Parsed {
  const value = readText(spec, text);
  if (fitsOption(spec, value)) return { ok: true, value };
  return { ok: false, reason: howToWrite(spec, value) ?? optionProblem(spec, value) ?? '' };
}

export function printOption(value: OptionValue): string {
  if (!Array.isArray(value)) return String(value);
  return value.map(item => (Array.isArray(item) ? item.join(':') : String(item))).join(',');
}
