/** @file What the chosen settings need on the GPU, and the batch that fits where theirs does not. */
import { memoryEstimate } from '../state/readiness';
import { useApp, useAppState } from '../state/useApp';
import { bytes } from './words';

export function MemoryNote() {
  const { settings } = useApp();
  const { estimate, runs } = useAppState(state => ({
    estimate: memoryEstimate(state),
    runs: state.settings.methods.length,
  }));
  if (!estimate) return null;
  const batchSize = estimate.problem?.batchSize ?? null;
  return (
    <div className="memory">
      <p className="fine" role="status">
        {runs > 1 ? 'Together they take' : 'Takes'} about <b>{bytes(estimate.held)}</b> of GPU memory, for the
        first steps {bytes(estimate.peak)}.
      </p>
      {batchSize !== null && (
        <button type="button" onClick={() => settings.setOption('batchSize', batchSize)}>
          Use batch {batchSize}
        </button>
      )}
    </div>
  );
}
