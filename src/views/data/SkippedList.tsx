/** @file Everything that was left out, by reason: nothing is dropped silently. */
import type { Skipped } from '../../../workers/protocol/dataset';
import { count } from '../../format/numbers';
import { counted } from '../../format/words';

/** A folder of the wrong kind can hold a hundred thousand files; the counts say it all, the paths illustrate. */
const pathsShown = 200;

export function SkippedList({ skipped }: { skipped: readonly Skipped[] }) {
  const reasons = [...Map.groupBy(skipped, ({ reason }) => reason)].sort((a, b) => b[1].length - a[1].length);
  return (
    <details className="skipped">
      <summary>{counted(skipped.length, 'file')} left out</summary>
      {reasons.map(([reason, files]) => (
        <details key={reason}>
          <summary>
            {reason} <b>{count(files.length)}</b>
          </summary>
          <ul>
            {files.slice(0, pathsShown).map(({ path }) => (
              <li key={path}>{path}</li>
            ))}
            {files.length > pathsShown && <li>and {count(files.length - pathsShown)} more</li>}
          </ul>
        </details>
      ))}
    </details>
  );
}
