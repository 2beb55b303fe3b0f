/** @file Takes files that are dropped or picked: one zip, several zips, or a folder. */
import { useRef } from 'react';
import { useDropzone } from 'react-dropzone';
import type { DroppedFile } from '../../state/actions/datasets';

interface DropZoneProps {
  disabled: boolean;
  onFiles: (files: readonly DroppedFile[]) => void;
}

/** react-dropzone adds `path`, which starts with `./` or `/`, depending on how the file was given. */
function toDropped(file: File): DroppedFile {
  const dropped = 'path' in file && typeof file.path === 'string' ? file.path : '';
  const path = dropped || file.webkitRelativePath || file.name;
  return { path: path.replace(/^\.?\//, ''), file };
}

export function DropZone({ disabled, onFiles }: DropZoneProps) {
  const folder = useRef<HTMLInputElement>(null);
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({
    disabled,
    // Mouse and keyboard use the two buttons inside, so the zone itself is not a button: buttons must not be nested.
    noClick: true,
    noKeyboard: true,
    onDrop: files => onFiles(files.map(toDropped)),
  });
  return (
    <div
      {...getRootProps({ className: 'drop', role: 'group', 'aria-label': 'Your own faces', tabIndex: -1 })}
      data-over={isDragActive}
    >
      <input {...getInputProps({ 'aria-label': 'Dataset files' })} />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label="Dataset folder"
        multiple
        // React's types know the attribute only in lower case, as HTML does.
        {...{ webkitdirectory: '' }}
        onChange={event => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          if (files.length > 0) onFiles(files.map(toDropped));
        }}
      />
      <p>
        <b>{isDragActive ? 'Let go to open' : 'Or drop your own faces here'}</b>
        <small>zips, several zips, or a folder: people in folders, CK+48, CaVI, or a manifest.csv</small>
      </p>
      <div className="buttons">
        <button type="button" disabled={disabled} onClick={open}>
          Choose zips
        </button>
        <button type="button" disabled={disabled} onClick={() => folder.current?.click()}>
          Choose a folder
        </button>
      </div>
    </div>
  );
}
