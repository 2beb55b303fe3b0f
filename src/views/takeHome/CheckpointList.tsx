/** @file Lists the checkpoints in this browser, and says how much room is left. */
import { useState } from 'react';
import type { CheckpointInfo } from '../../../workers/protocol/checkpoints';
import { bytes, count } from '../../format/numbers';
import { attempt } from '../../state/actions/context';
import { useApp, useAppState } from '../../state/useApp';
import { ConfirmButton } from '../../widgets/ConfirmButton';

const when = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

export function CheckpointList() {
  const { checkpoints, storage } = useAppState(({ checkpoints, storage }) => ({ checkpoints, storage }));
  return (
    <>
      {checkpoints.length > 0 ? (
        <ul className="checkpoints">
          {checkpoints.map(info => (
            <Checkpoint key={info.name} info={info} />
          ))}
        </ul>
      ) : (
        <p className="fine">
          Nothing saved yet. A saved run goes on after a reload as if it had never stopped.
        </p>
      )}
      {storage && storage.quotaBytes > 0 && (
        <p className="quota">
          <meter
            min={0}
            max={storage.quotaBytes}
            value={storage.usedBytes}
            aria-label="Browser storage used"
          />
          {bytes(storage.usedBytes)} of {bytes(storage.quotaBytes)} used
        </p>
      )}
    </>
  );
}

function Checkpoint({ info }: { info: CheckpointInfo }) {
  const { checkpoints, store } = useApp();
  const [renaming, setRenaming] = useState(false);
  const act = (work: () => Promise<unknown>) => void attempt(store, 'weights', work);
  const from = { kind: 'checkpoint', name: info.name } as const;
  return (
    <li>
      {renaming ? (
        <input
          type="text"
          aria-label={`New name of ${info.name}`}
          defaultValue={info.name}
          // biome-ignore lint/a11y/noAutofocus: the field replaces the button that was pressed
          autoFocus
          onBlur={event => {
            const to = event.target.value.trim();
            setRenaming(false);
            if (to && to !== info.name) act(() => checkpoints.rename(info.name, to));
          }}
          onKeyDown={event => event.key === 'Enter' && event.currentTarget.blur()}
        />
      ) : (
        <b>{info.name}</b>
      )}
      <small>
        {when.format(info.savedAt)} · {bytes(info.byteLength)} · step {count(info.step)} · {info.dataset.name}
      </small>
      <div className="row-actions">
        <button type="button" className="link" onClick={() => act(() => checkpoints.restore(from))}>
          {info.resumes ? 'Resume' : 'Start at step 0'}
        </button>
        <button
          type="button"
          className="link"
          onClick={() => store.setState({ startFrom: { from, label: info.name } })}
        >
          Start from
        </button>
        <button type="button" className="link" onClick={() => setRenaming(true)}>
          Rename
        </button>
        <ConfirmButton
          label="Delete"
          subject={info.name}
          onConfirm={() => act(() => checkpoints.remove(info.name))}
        />
      </div>
    </li>
  );
}
