/**
 * @file Shows every other option of the catalogue under the heading of its group. A change of a live option applies to
 * the runs that go on.
 */
import { useState } from 'react';
import type { Catalogue } from '../../../workers/protocol/catalogue';
import type { OptionValue } from '../../../workers/protocol/options';
import { attempt } from '../../state/actions/context';
import { optionValue, relevantOptions } from '../../state/settings';
import { tasksOf } from '../../state/tasks';
import { useApp, useAppState } from '../../state/useApp';
import { ExplainButton } from '../../widgets/ExplainButton';
import { OptionField } from './OptionField';

interface AdvancedOptionsProps {
  catalogue: Catalogue;
  /** Whether runs go on, so that only live options can change. */
  active: boolean;
  except: readonly string[];
}

export function AdvancedOptions({ catalogue, active, except }: AdvancedOptionsProps) {
  const { settings: actions, runs, store } = useApp();
  const settings = useAppState(state => state.settings);
  const [open, setOpen] = useState(false);
  const [explain, setExplain] = useState(false);
  const keys = relevantOptions(catalogue, settings).filter(key => !except.includes(key));
  const groups = Map.groupBy(keys, key => catalogue.options[key]?.group ?? '');
  // The fields are rendered only while they can be seen: there are dozens, and each change renders all of them.
  const shown = open ? [...groups] : [];
  const changed = keys.filter(key => key in settings.options).length;
  const tasks = tasksOf(catalogue, settings);

  const change = (key: string, value: OptionValue) => {
    actions.setOption(key, value);
    if (active && catalogue.options[key]?.live)
      void attempt(store, 'train', () => runs.setLiveOption(key, value));
  };
  return (
    <details className="advanced" onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>All options {changed > 0 && <b className="tally">{changed} changed</b>}</summary>
      {open && <ExplainButton what="options" open={explain} onToggle={setExplain} />}
      {shown.map(([group, members]) => (
        <fieldset key={group}>
          <legend>{group}</legend>
          <div className="fields">
            {members.map(key => {
              const spec = catalogue.options[key];
              const value = optionValue(catalogue, settings, key);
              return (
                spec &&
                value !== undefined && (
                  <OptionField
                    key={key}
                    spec={spec}
                    value={value}
                    tasks={tasks}
                    changed={key in settings.options}
                    disabled={active && !spec.live}
                    explain={explain}
                    onChange={next => change(key, next)}
                  />
                )
              );
            })}
          </div>
        </fieldset>
      ))}
    </details>
  );
}
