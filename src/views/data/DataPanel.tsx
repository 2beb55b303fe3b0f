/** @file The panel of step 1, in which one chooses the faces. */
import { attempt } from '../../state/actions/context';
import { setProblem } from '../../state/store';
import { useApp, useAppState } from '../../state/useApp';
import { Notice } from '../../widgets/Notice';
import { SectionTitle } from '../../widgets/SectionTitle';
import { TryItNow } from '../train/TryItNow';
import { DatasetView } from './DatasetView';
import { DropZone } from './DropZone';
import { OpeningProgress } from './OpeningProgress';
import { SampleButtons } from './SampleButtons';
import './dataPanel.css';

export function DataPanel() {
  const { datasets, store } = useApp();
  const { dataset, opening, problem, disabled, started } = useAppState(state => ({
    dataset: state.dataset,
    opening: state.opening,
    problem: state.problems.data,
    disabled: state.engine !== 'ready',
    started: state.runOrder.length > 0,
  }));
  return (
    <section className="panel" aria-labelledby="data">
      <SectionTitle id="data" step={1}>
        Data
      </SectionTitle>
      {!started && (
        <div className="narrow-only">
          <TryItNow />
        </div>
      )}
      {problem && (
        <Notice tone="bad" onDismiss={() => setProblem(store, 'data', null)}>
          {problem.message}
          {dataset && <small> “{dataset.name}” stays open.</small>}
        </Notice>
      )}
      {opening ? (
        <OpeningProgress {...opening} onCancel={datasets.cancelOpening} />
      ) : (
        dataset && <DatasetView dataset={dataset} />
      )}
      {!opening && (
        <details className="sources" key={dataset ? 'more' : 'first'} open={!dataset}>
          <summary className={dataset ? undefined : 'hidden'}>Open something else</summary>
          <SampleButtons disabled={disabled} />
          <DropZone
            disabled={disabled}
            onFiles={files => void attempt(store, 'data', async () => datasets.openFiles(files))}
          />
        </details>
      )}
      <p className="fine">
        Faces are personal: use only images you may use, of people who agreed or whose licence allows
        research. Nothing leaves this machine.
      </p>
    </section>
  );
}
