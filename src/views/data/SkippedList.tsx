/** @file Lists everything that was left out of the dataset, by reason. Nothing is left out without being listed. */
import type { Skipped } from '../../../workers/protocol/dataset';
import { count } from '../../format/numbers';
import { counted } from '../../format/words';

/**
 * How many paths to show. A wrong folder can hold a hundred thousand files: the counts are complete, the paths are
 * examples.
 */
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
