/**
 * @file The panel of step 3: the see-saws, the two charts and the run table. Before the first run, it shows the
 * invitation.
 */
import { useAppState } from '../../state/useApp';
import { SectionTitle } from '../../widgets/SectionTitle';
import { Charts } from './drawnLater';
import { Invitation } from './Invitation';
import { RunTable } from './RunTable';
import { Results } from './results/Results';
import { SeesawStage } from './SeesawStage';
import './watchPanel.css';

export function WatchPanel() {
  const started = useAppState(state => state.runOrder.length > 0);
  return (
    <section className="panel watch" aria-labelledby="watch">
      <SectionTitle id="watch" step={3}>
        Watch
      </SectionTitle>
      {started ? (
        <>
          <SeesawStage />
          <Charts />
          <RunTable />
          <Results />
        </>
      ) : (
        <Invitation />
      )}
    </section>
  );
}
