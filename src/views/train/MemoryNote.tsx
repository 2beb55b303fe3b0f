/** @file Says how much GPU memory the chosen settings need. If that is too much, it offers a batch size that fits. */

import { bytes } from '../../format/numbers';
import { memoryEstimate } from '../../state/readiness';
import { useApp, useAppState } from '../../state/useApp';

export function MemoryNote() {
  const { settings } = useApp();
  const { estimate, runs } = useAppState(state => ({
    estimate: memoryEstimate(state),
    runs: state.settings.methods.length,
  }));
  if (!estimate) return null;
  const { held, peak, others, problem } = estimate;
  const batchSize = problem?.batchSize ?? null;
  const [alone, inAll] = [bytes(peak), bytes(peak + others)];
  return (
    <div className="memory">
      <p className="fine" role="status">
        {runs > 1 ? 'Together they take' : 'Takes'} about <b>{bytes(held)}</b> of GPU memory, for the first
        steps {alone}
        {inAll !== alone && `; with the runs on this page ${inAll}`}.
      </p>
      {problem && !problem.refuses && <p className="fine">{problem.message}</p>}
      {batchSize !== null && (
        <button type="button" onClick={() => settings.setOption('batchSize', batchSize)}>
          Use batch {batchSize}
        </button>
      )}
    </div>
  );
}
