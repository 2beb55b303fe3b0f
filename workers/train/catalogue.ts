/** @file What exists, as data for the page: it lists systems, presets, strategies and options without knowing any. */
import { PRESETS } from '../nets/presets';
import type { Catalogue } from '../protocol/messages';
import { WEIGHTINGS } from '../weighting/weightings';
import { OPTIONS } from './options';
import { SYSTEMS } from './systems';

export function catalogue(): Catalogue {
  return {
    systems: Object.values(SYSTEMS).map(({ id, label, cites, tasks }) => ({
      id,
      label,
      cites,
      tasks: tasks.map(task => ({ id: task.id, label: task.label })),
    })),
    presets: Object.entries(PRESETS).map(([id, { label, about, defaults, parameters }]) => ({
      id,
      label,
      about,
      parameters,
      defaults,
    })),
    weightings: Object.entries(WEIGHTINGS).map(([id, { label, cites, about, options }]) => ({
      id,
      label,
      cites,
      about,
      options: Object.keys(options),
    })),
    options: OPTIONS,
  };
}
