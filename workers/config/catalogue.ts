/** @file The catalogue: data from which the page learns which systems, presets, strategies, formats and options exist. */
import { SAMPLE_SETS } from '../data/synthetic/sampleSets';
import { FORMATS } from '../formats/formats';
import type { Catalogue } from '../protocol/catalogue';
import type { TaskDescription } from '../protocol/systems';
import { SYSTEMS } from '../tasks/systems';
import type { WeightingEntry } from '../weighting/weighting';
import { WEIGHTINGS } from '../weighting/weightings';
import { OPTIONS } from './options';
import { PRESETS } from './presets';

const describe = ({ id, label, embeds }: TaskDescription): TaskDescription => ({ id, label, embeds });

export function catalogue(): Catalogue {
  return {
    systems: Object.entries(SYSTEMS).map(([id, { label, cites, tasks }]) => ({
      ...{ id, label, cites },
      tasks: 'option' in tasks ? [] : tasks.map(describe),
      tasksOption: 'option' in tasks ? tasks.option : null,
    })),
    presets: Object.entries(PRESETS).map(([id, { label, about, defaults, parameters, work, runsOn }]) => ({
      id,
      label,
      about,
      parameters,
      work,
      runsOn,
      defaults,
    })),
    weightings: Object.entries<WeightingEntry>(WEIGHTINGS).map(
      ([id, { label, cites, about, options, singleTaskOption = null, normalised, needs }]) => ({
        id,
        label,
        cites,
        about,
        options: Object.keys(options),
        singleTaskOption,
        normalised,
        needs,
      }),
    ),
    sampleSets: Object.entries(SAMPLE_SETS).map(([id, set]) => ({ id, ...set })),
    formats: Object.entries(FORMATS).map(([id, { label, extension, resumes }]) => ({
      id,
      label,
      extension,
      resumes,
    })),
    options: OPTIONS,
  };
}
