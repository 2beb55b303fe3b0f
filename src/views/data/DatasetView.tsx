/**
 * @file Shows the open dataset: a summary like Table 1 of the paper, the layout and the next best one, samples, and what
 * was left out.
 */
import type { DatasetSummary } from '../../../workers/protocol/dataset';
import { wellKnownColumns } from '../../../workers/protocol/labelColumns';
import { count, percent } from '../../format/numbers';
import { capital, counted } from '../../format/words';
import { attempt } from '../../state/actions/context';
import { useApp, useAppState } from '../../state/useApp';
import { download } from '../../widgets/download';
import { ContactSheetView } from './ContactSheetView';
import { SkippedList } from './SkippedList';
import './datasetView.css';

export function DatasetView({ dataset }: { dataset: DatasetSummary }) {
  const { datasets, store } = useApp();
  const sheet = useAppState(state => state.sheet);
  const { identity, ...others } = dataset.counts;
  const people = Object.keys(identity).length;
  const expressions = Object.keys(others.expression).length;
  const modalities = Object.keys(others.modality).length;
  const columns = Object.entries(others).map(([name, counts]) => ({ name, counts: Object.entries(counts) }));
  // One modality is the usual case, so it is not mentioned.
  const shown = columns.filter(({ name, counts }) => counts.length > (name === 'modality' ? 1 : 0));
  const [best, runnerUp] = dataset.candidates;
  return (
    <div className="dataset">
      <h3>{dataset.name}</h3>
      <dl className="figures">
        <Figure value={dataset.images} label={dataset.images === 1 ? 'image' : 'images'} />
        <Figure value={people} label={people === 1 ? 'identity' : 'identities'} />
        <Figure value={expressions} label={expressions === 1 ? 'expression' : 'expressions'} />
        {modalities > 1 && <Figure value={modalities} label="modalities" />}
      </dl>
      {sheet && <ContactSheetView sheet={sheet} />}
      {dataset.notes.map(note => (
        <p className="remark" key={note}>
          {note}
        </p>
      ))}
      <details>
        <summary>Counts and layout</summary>
        <table className="counts">
          <caption className="hidden">Images of each label</caption>
          {shown.map(({ name, counts }) => (
            <tbody key={name}>
              {wellKnownColumns.every(known => known !== name) && (
                <tr>
                  <th scope="rowgroup" colSpan={3}>
                    {capital(name)}
                  </th>
                </tr>
              )}
              {counts.map(([label, images]) => (
                <CountRow
                  key={label}
                  name={label}
                  images={images}
                  most={Math.max(...counts.map(([, most]) => most))}
                />
              ))}
            </tbody>
          ))}
        </table>
        {dataset.sequences > 0 && <p className="fine">{counted(dataset.sequences, 'sequence')}.</p>}
        <Unlabelled unlabelled={dataset.unlabelled} />
        {dataset.candidates.length > 1 ? (
          <label className="field">
            <span>Layout</span>
            <select
              value={dataset.layout}
              onChange={event => void attempt(store, 'data', () => datasets.reopenAs(event.target.value))}
            >
              {dataset.candidates.map(({ id, label, score }) => (
                <option key={id} value={id}>
                  {label} ({percent(score)} fit)
                </option>
              ))}
            </select>
            {best && runnerUp && (
              <small>
                {best.label} fits {percent(best.score)}; next is {runnerUp.label} with{' '}
                {percent(runnerUp.score)}.
              </small>
            )}
          </label>
        ) : (
          <p className="fine">
            Layout: {dataset.layoutLabel}
            {best && `, ${percent(best.score)} of the images fit`}.
          </p>
        )}
      </details>
      {dataset.skipped.length > 0 && <SkippedList skipped={dataset.skipped} />}
      {dataset.source.kind === 'sample' && (
        <button
          type="button"
          className="link"
          onClick={() =>
            void attempt(store, 'data', async () => download(await datasets.saveZip(), `${dataset.name}.zip`))
          }
        >
          Save it as a zip
        </button>
      )}
    </div>
  );
}

function Figure({ value, label }: { value: number; label: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{count(value)}</dd>
    </div>
  );
}

function CountRow({ name, images, most }: { name: string; images: number; most: number }) {
  return (
    <tr>
      <th scope="row">{capital(name)}</th>
      <td className="bar" aria-hidden="true">
        <i style={{ inlineSize: `${(100 * images) / most}%` }} />
      </td>
      <td>{count(images)}</td>
    </tr>
  );
}

function Unlabelled({ unlabelled }: Pick<DatasetSummary, 'unlabelled'>) {
  const parts = Object.entries(unlabelled).filter(([, images]) => images > 0);
  if (parts.length === 0) return null;
  const list = parts.map(([what, images]) => `${what} (${counted(images, 'image')})`).join(', ');
  return <p className="fine">Without a label, so masked out of that task: {list}.</p>;
}
