/** @file A weight file back in: go on with it, or start new runs from its weights. */
import { useState } from 'react';
import { useDropzone } from 'react-dropzone';
import { attempt } from '../state/actions/context';
import { useApp, useAppState } from '../state/useApp';

export function ImportWeights() {
  const { checkpoints, store } = useApp();
  const disabled = useAppState(state => state.engine !== 'ready');
  const [file, setFile] = useState<File | null>(null);
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({
    disabled,
    noClick: true,
    noKeyboard: true,
    multiple: false,
    onDrop: ([dropped]) => setFile(dropped ?? null),
  });
  const resume = (chosen: File) =>
    attempt(store, 'weights', async () => {
      await checkpoints.restoreFile(chosen);
      setFile(null);
    });
  return (
    <div
      {...getRootProps({ className: 'drop small', role: 'group', 'aria-label': 'Weight file', tabIndex: -1 })}
      data-over={isDragActive}
    >
      <input {...getInputProps({ 'aria-label': 'Weight file' })} />
      {file ? (
        <>
          <p>
            <b>{file.name}</b>
          </p>
          <div className="buttons">
            <button type="button" onClick={() => void resume(file)}>
              Resume it
            </button>
            <button
              type="button"
              onClick={() => {
                store.setState({
                  startFrom: { from: { kind: 'file', file, fileName: file.name }, label: file.name },
                });
                setFile(null);
              }}
            >
              Start from its weights
            </button>
          </div>
        </>
      ) : (
        <>
          <p>
            <small>
              Drop a .safetensors file or a tfjs zip that was saved here. The run goes on where it ended.
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
