/** @file Changes options of an existing run. */
import { checkOption } from '../protocol/checkOption';
import { AppError } from '../protocol/errors';
import type { OptionValue } from '../protocol/options';
import type { RunConfig } from '../protocol/runs';
import { overrideSchedule } from './learningRate';
import { OPTIONS, option } from './options';

/**
 * Changes one option in `config`. The change holds from the next step on.
 * @param step how many steps were issued.
 * @throws AppError `config/live` for an option that is not marked as live. The errors of `checkOption` are passed on.
 */
export function setLiveOption(config: RunConfig, step: number, key: string, value: OptionValue): void {
  const spec = OPTIONS[key];
  if (!spec?.live)
    throw new AppError('config/live', `${key} cannot change while a run exists. Start a new run with it.`);
  const checked = checkOption(key, spec, value);
  const isScheduled = option(config, 'schedule').length > 0;
  if (key === 'learningRate' && typeof checked === 'number' && isScheduled)
    config.schedule = overrideSchedule(config, step, checked);
  config[key] = checked;
}
