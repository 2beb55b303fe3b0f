/**
 * @file Notes on the whole page: a missing backend, why it is not WebGPU, ignored keys of the URL hash, tasks that did
 * not fit.
 */
import { useApp, useAppState } from '../../state/useApp';
import { Notice } from '../../widgets/Notice';

export function PageNotes() {
  const { view } = useApp();
  const { problem, why, ignored, tasksNote } = useAppState(state => ({
    problem: state.problems.engine,
    why: state.device?.why ?? null,
    ignored: state.ignoredKeys,
    tasksNote: state.tasksNote,
  }));
  return (
    <>
      {problem && (
        <Notice tone="bad">
          <p>
            <b>Nothing can be trained until the page is reloaded.</b> {problem.message}
          </p>
          <button type="button" onClick={() => location.reload()}>
            Reload the page
          </button>
        </Notice>
      )}
      {why && <Notice tone="note">{why}</Notice>}
      {ignored.length > 0 && (
        <Notice tone="note" onDismiss={view.dismissIgnoredKeys}>
          Ignored in the address:{' '}
          {ignored.map(({ key, reason }, i) => (
            <span key={key}>
              {i > 0 && '; '}
              <code>{key}</code> {reason}
            </span>
          ))}
          .
        </Notice>
      )}
      {tasksNote && (
        <Notice tone="note" onDismiss={view.dismissTasksNote}>
          {tasksNote}
        </Notice>
      )}
    </>
  );
}
