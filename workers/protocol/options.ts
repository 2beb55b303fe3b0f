/** @file The types of the options of a run. Options are data: the page shows them, and the URL hash carries their values. */

/** Pairs of a step and the learning rate from this step on. The steps rise. */
export type Schedule = readonly (readonly [step: number, rate: number])[];

export type OptionValue = number | boolean | string | readonly number[] | Schedule;

interface OptionBase {
  label: string;
  help?: string;
  /** The heading under which the page shows it. */
  group: string;
  /** Whether it can be changed while a run exists. */
  live?: boolean;
}

export interface Choice {
  value: string;
  label: string;
  /** Keys of options that have an effect only with this choice, or with another choice that names them. */
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
  /** One number for each task. */
  | (OptionBase & { kind: 'perTask'; default: readonly number[]; min: number; max: number })
  | (OptionBase & { kind: 'list'; default: readonly number[]; min: number; max: number })
  /** The tasks of a system that the visitor puts together, as text: see `taskList.ts`. */
  | (OptionBase & { kind: 'tasks'; default: string })
  | (OptionBase & { kind: 'schedule'; default: Schedule });

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The type of the values that an option allows. For a choice whose spec is `as const` it is the union of the values. */
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
