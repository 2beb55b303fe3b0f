/** @file The Train button, and the controls of runs: pause, go on, do one step, stop. */
import { attempt } from '../../state/actions/context';
import { isOver } from '../../state/runs';
import { orderedRuns } from '../../state/store';
import { useApp, useAppState } from '../../state/useApp';
import { SpeedNote } from './SpeedNote';
import { useTrain } from './useTrain';

export function RunControls() {
  const { runs, store } = useApp();
  const train = useTrain();
  const { active, running, preparing } = useAppState(state => {
    const list = orderedRuns(state).filter(run => !isOver(run));
    return {
      active: list.length,
      running: list.some(run => run.phase === 'running' || run.phase === 'preparing'),
      preparing: state.creating,
    };
  });
  const act = (work: () => Promise<unknown>) => () => void attempt(store, 'train', work);

  if (preparing)
    return (
      <div className="transport">
        <button type="button" className="primary" disabled>
          Preparing…
        </button>
      </div>
    );
  if (active === 0)
    return (
      <div className="transport">
        <button
          type="button"
          className="primary"
          disabled={train.reason !== null}
          aria-describedby="why-not"
          onClick={train.start}
        >
          Train
        </button>
        <p className="fine" id="why-not" hidden={train.reason === null}>
          {train.reason}
        </p>
        {train.reason === null && <SpeedNote />}
      </div>
    );
  return (
    <div className="transport" data-active="true">
      {running ? (
        <button type="button" className="primary" onClick={act(() => runs.pause(runs.runningIds()))}>
          Pause
        </button>
      ) : (
        <button type="button" className="primary" onClick={act(() => runs.resume(runs.pausedIds()))}>
          Resume
        </button>
      )}
      <button type="button" disabled={running} onClick={act(() => runs.step(runs.pausedIds()))}>
        Step
      </button>
      <button type="button" onClick={act(() => runs.stop(runs.activeIds()))}>
        Stop
      </button>
    </div>
  );
}
