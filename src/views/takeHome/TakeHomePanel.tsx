/** @file The panel of step 4, in which one saves the weights, the history and the charts, and loads weights again. */
import { useState } from 'react';
import { attempt } from '../../state/actions/context';
import { orderedRuns, setProblem, shownRuns } from '../../state/store';
import { useApp, useAppState } from '../../state/useApp';
import { Notice } from '../../widgets/Notice';
import { SectionTitle } from '../../widgets/SectionTitle';
import { CheckpointList } from './CheckpointList';
import { FileExports } from './FileExports';
import { ImportWeights } from './ImportWeights';
import './takeHome.css';

export function TakeHomePanel() {
  const { store } = useApp();
  const runs = useAppState(state => orderedRuns(state).map(({ id }) => id));
  const names = useAppState(state => orderedRuns(state).map(({ name }) => name));
  const firstShown = useAppState(state => shownRuns(state)[0]?.id ?? state.runOrder.at(-1) ?? null);
  const problem = useAppState(state => state.problems.weights);
  const [chosen, setChosen] = useState<string | null>(null);
  const selected = chosen !== null && runs.includes(chosen) ? chosen : firstShown;
  return (
    <section className="panel" aria-labelledby="take">
      <SectionTitle id="take" step={4}>
        Take home
      </SectionTitle>
      {problem && (
        <Notice tone="bad" onDismiss={() => setProblem(store, 'weights', null)}>
          {problem.message}
        </Notice>
      )}
      {runs.length > 1 && (
        <label className="field take-run">
          <span>Run</span>
          <select value={selected ?? ''} onChange={event => setChosen(event.target.value)}>
            {runs.map((id, i) => (
              <option key={id} value={id}>
                {names[i]}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="take-columns">
        <div>
          <h3>Keep in this browser</h3>
          {selected && <SaveForm key={selected} id={selected} />}
          <CheckpointList />
        </div>
        <div>
          <h3>Save as files</h3>
          {selected ? (
            <FileExports id={selected} />
          ) : (
            <p className="fine">
              Weights as .safetensors or tfjs, the history as CSV or JSON, charts as PNG or SVG.
            </p>
          )}
        </div>
        <div>
          <h3>Bring back</h3>
          <ImportWeights />
        </div>
      </div>
    </section>
  );
}

function SaveForm({ id }: { id: string }) {
  const { checkpoints, store } = useApp();
  const run = useAppState(state => state.runs[id]);
  const [name, setName] = useState('');
  const [saving, setSaving] = useState(false);
  if (!run) return null;
  const proposed = `${run.name}, step ${run.step}`;
  const save = async () => {
    setSaving(true);
    await attempt(store, 'weights', () => checkpoints.save(id, name.trim() || proposed));
    setSaving(false);
    setName('');
  };
  return (
    <form
      className="save"
      onSubmit={event => {
        event.preventDefault();
        void save();
      }}
    >
      <input
        type="text"
        aria-label="Name of the checkpoint"
        placeholder={proposed}
        value={name}
        onChange={event => setName(event.target.value)}
      />
      <button type="submit" disabled={saving}>
        {saving ? 'Saving…' : 'Save'}
      </button>
    </form>
  );
}
