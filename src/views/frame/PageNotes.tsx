/**
 * @file Notes on the whole page: a missing backend, why it is not WebGPU, ignored keys of the URL hash, tasks that did
 * not fit.
 */
import { useApp, useAppState } from '../../state/useApp';
import { Notice } from '../../widgets/Notice';
import { BackendNote } from './BackendNote';

export function PageNotes() {
  const { view } = useApp();
  const { problem, ignored, tasksNote } = useAppState(state => ({
    problem: state.problems.engine,
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
      <BackendNote />
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
