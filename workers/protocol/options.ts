/** @file Options of a run, described as data: the page renders them, the URL hash carries them. */

/** Pairs of (step from which, learning rate); the steps rise. */
export type Schedule = readonly (readonly [step: number, rate: number])[];

export type OptionValue = number | boolean | string | readonly number[] | Schedule;

interface OptionBase {
  label: string;
  help?: string;
  /** Heading the page shows it under. */
  group: string;
  /** Can be changed while a run goes on. */
  live?: boolean;
}

export interface Choice {
  value: string;
  label: string;
  /** Keys of options that count only where this (or another choice that names them) is chosen. */
  options?: readonly string[];
}

export type OptionSpec =
  | (OptionBase & {
      kind: 'number';
      default: number;
      min: number;
      max: number;
      integer?: boolean;
      unit?: string;
    })
  | (OptionBase & { kind: 'flag'; default: boolean })
  | (OptionBase & { kind: 'choice'; default: string; choices: readonly Choice[] })
  /** One number a task. */
  | (OptionBase & { kind: 'perTask'; default: readonly number[]; min: number; max: number })
  | (OptionBase & { kind: 'list'; default: readonly number[]; min: number; max: number })
  /** Tasks of a system of one's own, as `taskList.ts` writes them. */
  | (OptionBase & { kind: 'tasks'; default: string })
  | (OptionBase & { kind: 'schedule'; default: Schedule });

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The values that an option allows; of a choice whose spec is `as const`, the union of its values. */
export type ValueOf<S extends OptionSpec> = S extends { kind: 'number' }
  ? number
  : S extends { kind: 'flag' }
    ? boolean
    : S extends { kind: 'choice'; choices: readonly { value: infer V }[] }
      ? V
      : S extends { kind: 'tasks' }
        ? string
        : S extends { kind: 'schedule' }
          ? Schedule
          : readonly number[];
