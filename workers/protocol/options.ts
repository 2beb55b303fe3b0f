/** @file Options of a run, described as data: the page renders them, the URL hash carries them. */

export type OptionValue =
  | number
  | boolean
  | string
  | readonly number[]
  | readonly (readonly [number, number])[];

interface OptionBase {
  label: string;
  help?: string;
  /** Heading the page shows it under. */
  group: string;
  /** Can be changed while a run goes on. */
  live?: boolean;
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
  | (OptionBase & { kind: 'choice'; default: string; choices: readonly { value: string; label: string }[] })
  /** One number a task. */
  | (OptionBase & { kind: 'perTask'; default: readonly number[]; min: number; max: number })
  | (OptionBase & { kind: 'list'; default: readonly number[]; min: number; max: number })
  /** Learning-rate schedule: pairs of (step from which, rate). */
  | (OptionBase & { kind: 'schedule'; default: readonly (readonly [number, number])[] });

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;
