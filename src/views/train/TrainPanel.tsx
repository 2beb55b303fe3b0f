/** @file The panel of step 2, in which one chooses what to train and starts it. */
import type { Catalogue } from '../../../workers/protocol/catalogue';
import { count } from '../../format/numbers';
import { runsOnWords } from '../../state/readiness';
import { isOver } from '../../state/runs';
import { optionValue } from '../../state/settings';
import { orderedRuns, setProblem } from '../../state/store';
import { tasksOf } from '../../state/tasks';
import { useApp, useAppState } from '../../state/useApp';
import { Notice } from '../../widgets/Notice';
import { SectionTitle } from '../../widgets/SectionTitle';
import { AdvancedOptions } from './AdvancedOptions';
import { MemoryNote } from './MemoryNote';
import { MethodList } from './MethodList';
import { OptionField } from './OptionField';
import { RunControls } from './RunControls';
import { StartFromChip } from './StartFromChip';
import { TaskPicker } from './TaskPicker';
import './train.css';

/** The options beside the button. All others are in the advanced part. */
const mainOptions: readonly string[] = ['steps', 'batchSize', 'seed'];

export function TrainPanel() {
  const { store } = useApp();
  const { catalogue, problem } = useAppState(state => ({
    catalogue: state.catalogue,
    problem: state.problems.train,
  }));
  return (
    <section className="panel" aria-labelledby="train">
      <SectionTitle id="train" step={2}>
        Train
      </SectionTitle>
      {problem && (
        <Notice tone="bad" onDismiss={() => setProblem(store, 'train', null)}>
          {problem.message}
        </Notice>
      )}
      {catalogue ? (
        <TrainForm catalogue={catalogue} />
      ) : (
        <p className="fine">The methods appear when the backend has started.</p>
      )}
    </section>
  );
}

function TrainForm({ catalogue }: { catalogue: Catalogue }) {
  const { settings: actions } = useApp();
  const { settings, presetBy, datasetName, active, backend } = useAppState(state => ({
    settings: state.settings,
    presetBy: state.presetBy,
    datasetName: state.dataset?.name,
    backend: state.device?.backend,
    active: orderedRuns(state).some(run => !isOver(run)),
  }));
  const tasks = tasksOf(catalogue, settings);
  const preset = catalogue.presets.find(({ id }) => id === settings.preset);
  return (
    <>
      <MethodList weightings={catalogue.weightings} disabled={active} />
      <RunControls />
      <StartFromChip />
      <div className="fields">
        <label className="field wide">
          <span>Tasks</span>
          <select
            value={settings.system}
            disabled={active}
            onChange={event => {
              const system = catalogue.systems.find(({ id }) => id === event.target.value);
              if (system) actions.setSystem(system.id);
            }}
          >
            {catalogue.systems.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <TaskPicker catalogue={catalogue} disabled={active} />
        <label className="field wide">
          <span>Network</span>
          <select
            value={settings.preset}
            disabled={active}
            onChange={event => actions.setPreset(event.target.value)}
          >
            {catalogue.presets.map(({ id, label, parameters, runsOn }) => {
              const fits = backend === undefined || runsOn.includes(backend);
              const size = `${count(parameters.shared + tasks.length * parameters.perTask)} parameters`;
              return (
                <option key={id} value={id} disabled={!fits}>
                  {label} · {fits ? size : `needs ${runsOnWords({ runsOn })}`}
                </option>
              );
            })}
          </select>
          {preset && <small>{preset.about}</small>}
          {presetBy === 'dataset' && (
            <small>Chosen because it suits “{datasetName}”. Another choice of yours stays.</small>
          )}
        </label>
        {mainOptions.map(key => {
          const spec = catalogue.options[key];
          const value = optionValue(catalogue, settings, key);
          return (
            spec &&
            value !== undefined && (
              <OptionField
                key={key}
                spec={spec}
                value={value}
                disabled={active && !spec.live}
                explain
                onChange={next => actions.setOption(key, next)}
              />
            )
          );
        })}
      </div>
      {!active && <MemoryNote />}
      <div className="buttons">
        <button type="button" disabled={active} onClick={actions.reseed}>
          Reseed
        </button>
        <button type="button" disabled={active} onClick={actions.reset}>
          Reset
        </button>
      </div>
      <AdvancedOptions catalogue={catalogue} active={active} except={mainOptions} />
    </>
  );
}
