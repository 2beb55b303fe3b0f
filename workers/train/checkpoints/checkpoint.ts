/**
 * @file What a checkpoint says besides its tensors. It travels as JSON in the weight file's metadata under `seesaw`,
 * so that one file is at once an export, a backup and the state a run resumes from. Files are untrusted input.
 */
import * as v from 'valibot';
import type { TensorFile } from '../../formats/tensorFile';
import type { CheckpointInfo } from '../../protocol/checkpoints';
import { AppError } from '../../protocol/errors';
import type { RunConfig } from '../../protocol/runs';
import { evaluationSchema } from './evaluationSchema';

const list = <T>(item: v.GenericSchema<unknown, T>) => v.pipe(v.array(item), v.readonly());

const optionValue = v.union([
  v.number(),
  v.boolean(),
  v.string(),
  list(v.number()),
  list(v.pipe(v.tuple([v.number(), v.number()]), v.readonly())),
]);
const config = v.pipe(
  v.objectWithRest({ system: v.string(), preset: v.string() }, optionValue),
  // Older files have no `splitSeed`. Their dataset was split by the seed of the run.
  v.transform(
    (given): RunConfig => ({
      ...(given.seed === undefined ? {} : { splitSeed: given.seed }),
      ...given,
    }),
  ),
);
/**
 * The history by column id. All columns have the same length, and the steps rise. JSON has no NaN, so a gap is stored as
 * null.
 */
const columns = v.pipe(
  v.record(v.string(), v.array(v.nullable(v.number()))),
  v.check(
    all => Object.values(all).every(column => column.length === all.step?.length),
    'the columns are of different lengths, or the column "step" is missing',
  ),
  v.check(
    ({ step = [] }) => step.every((value, i) => value !== null && value > (step[i - 1] ?? 0)),
    'the steps do not rise',
  ),
  v.transform(
    (all): Record<string, number[]> =>
      Object.fromEntries(
        Object.entries(all).map(([id, column]) => [id, column.map(value => value ?? Number.NaN)]),
      ),
  ),
);

const recordSchema = v.object({
  version: v.literal(1),
  runName: v.string(),
  weighting: v.string(),
  config,
  /**
   * How many steps are done. Together with the seed in the config, this is also the random state and the place in the
   * data.
   */
  step: v.pipe(v.number(), v.integer(), v.minValue(0)),
  elapsedMs: v.number(),
  /** When the file was written, in milliseconds since 1 January 1970. */
  savedAt: v.number(),
  /** The names of the classes of each head, in task order. */
  classNames: list(list(v.string())),
  dataset: v.object({
    name: v.string(),
    fingerprint: v.string(),
    source: v.union([
      v.object({ kind: v.literal('files'), files: list(v.string()) }),
      v.object({
        kind: v.literal('sample'),
        sample: v.string(),
        options: v.object({ seed: v.number(), identities: v.number(), perCell: v.number() }),
      }),
    ]),
  }),
  /** The run whose weights this run began with, or `null` if its weights were new. Older files do not have this field. */
  startedFrom: v.optional(
    v.nullable(
      v.object({
        runName: v.string(),
        step: v.number(),
        kind: v.picklist(['run', 'checkpoint', 'file']),
        name: v.nullable(v.string()),
        hash: v.string(),
      }),
    ),
    null,
  ),
  history: v.object({
    columns,
    evaluations: v.array(evaluationSchema),
  }),
});

export type CheckpointRecord = v.InferOutput<typeof recordSchema>;

/** The metadata of a weight file: the record as JSON under `seesaw`. */
export const writeRecord = (record: CheckpointRecord): Record<string, string> => ({
  format: 'pt', // Python's safetensors readers expect this value.
  seesaw: JSON.stringify(record),
});

/**
 * Reads and checks the record in a file's metadata.
 * @throws AppError `weights/foreign` when the file was not written by Seesaw, or when its record is damaged.
 */
export function readRecord(file: TensorFile): CheckpointRecord {
  const text = file.metadata.seesaw;
  if (text === undefined) {
    throw new AppError(
      'weights/foreign',
      'This file was not saved by Seesaw: its metadata has no "seesaw" record. Import a file that Seesaw exported.',
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AppError(
      'weights/foreign',
      'The "seesaw" record of this file is not valid JSON. The file is damaged; export it again.',
      { cause },
    );
  }
  const parsed = v.safeParse(recordSchema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const where = issue.path?.map(item => String(item.key)).join('.') ?? 'record';
    throw new AppError(
      'weights/foreign',
      `The "seesaw" record of this file is wrong at ${where}: ${issue.message}. The file is damaged or from another version.`,
    );
  }
  return parsed.output;
}

/**
 * What the page shows of a checkpoint.
 * @param byteLength the size of the file.
 * @param resumes whether the file holds all that a run needs to go on.
 */
export const checkpointInfo = (
  name: string,
  record: CheckpointRecord,
  byteLength: number,
  resumes: boolean,
): CheckpointInfo => ({
  name,
  resumes,
  savedAt: record.savedAt,
  byteLength,
  runName: record.runName,
  weighting: record.weighting,
  config: record.config,
  step: record.step,
  dataset: record.dataset,
});
