/** @file Opens a file of weights: one can go on with its run, or start new runs from its weights. */
import { useState } from 'react';
import { useDropzone } from 'react-dropzone';
import type { CheckpointInfo } from '../../../workers/protocol/checkpoints';
import { count } from '../../format/numbers';
import { attempt } from '../../state/actions/context';
import { useApp, useAppState } from '../../state/useApp';

const either = new Intl.ListFormat('en', { type: 'disjunction' });

export function ImportWeights() {
  const { checkpoints, store } = useApp();
  const disabled = useAppState(state => state.engine !== 'ready');
  const formats = useAppState(state => state.catalogue?.formats);
  const [chosen, setChosen] = useState<{ file: File; info: CheckpointInfo } | null>(null);
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({
    disabled,
    noClick: true,
    noKeyboard: true,
    multiple: false,
    onDrop: ([file]) =>
      void attempt(store, 'weights', async () => {
        setChosen(null);
        if (!file) return;
        setChosen({ file, info: await checkpoints.inspect({ kind: 'file', file, fileName: file.name }) });
      }),
  });
  return (
    <div
      {...getRootProps({ className: 'drop small', role: 'group', 'aria-label': 'Weight file', tabIndex: -1 })}
      data-over={isDragActive}
    >
      <input {...getInputProps({ 'aria-label': 'Weight file' })} />
      {chosen ? (
        <Chosen {...chosen} onDone={() => setChosen(null)} />
      ) : (
        <>
          <p>
            <small>
              Drop a file that was saved here
              {formats && `: ${either.format(formats.map(({ label }) => label))}`}.
            </small>
          </p>
          <div className="buttons">
            <button type="button" disabled={disabled} onClick={open}>
              Choose a file
            </button>
          </div>
        </>
      )}
    </div>
  );
}

function Chosen({ file, info, onDone }: { file: File; info: CheckpointInfo; onDone: () => void }) {
  const { checkpoints, store } = useApp();
  const resume = () =>
    attempt(store, 'weights', async () => {
      await checkpoints.restoreFile(file);
      onDone();
    });
  return (
    <>
      <p>
        <b>{file.name}</b>
        <small>
          {info.runName}, saved at step {count(info.step)} · {info.dataset.name}
        </small>
        {!info.resumes && <small>Holds the network alone: it starts at step 0 from its weights.</small>}
      </p>
      <div className="buttons">
        <button type="button" onClick={() => void resume()}>
          {info.resumes ? 'Resume it' : 'Start it at step 0'}
        </button>
        <button
          type="button"
          onClick={() => {
            store.setState({
              startFrom: { from: { kind: 'file', file, fileName: file.name }, label: file.name },
            });
            onDone();
          }}
        >
          Start new runs from its weights
        </button>
        <button type="button" onClick={onDone}>
          Cancel
        </button>
      </div>
    </>
  );
}
