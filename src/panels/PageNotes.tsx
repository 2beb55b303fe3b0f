/** @file What concerns the whole page: no backend, a fallback, ignored keys of the URL hash. */
import { setProblem } from '../state/store';
import { useApp, useAppState } from '../state/useApp';
import { Notice } from './Notice';

export function PageNotes() {
  const { store, view } = useApp();
  const { problem, fallback, ignored, notice } = useAppState(state => ({
    problem: state.problems.engine,
    fallback: state.device?.fallback ?? null,
    ignored: state.ignoredKeys,
    notice: state.notice,
  }));
  return (
    <>
      {problem && (
        <Notice tone="bad" onDismiss={() => setProblem(store, 'engine', null)}>
          {problem.message}
        </Notice>
      )}
      {fallback && <Notice tone="note">{fallback}</Notice>}
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
      {notice && (
        <Notice tone="good" onDismiss={() => view.say(null)}>
          {notice}
        </Notice>
      )}
    </>
  );
}
