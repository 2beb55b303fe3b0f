/** @file One click from an empty page to a moving chart. */
import { useAppState } from '../state/useApp';
import { useTrain } from './useTrain';

export function TryItNow() {
  const train = useTrain();
  const { dataset, opening } = useAppState(({ dataset, opening }) => ({ dataset, opening }));
  const label = dataset ? 'Train now' : 'Try it now';
  return (
    <div className="invitation-act">
      <button type="button" className="primary big" disabled={train.busy} onClick={train.tryNow}>
        {opening ? 'Opening faces…' : label}
      </button>
      <p className="fine">
        {dataset
          ? `Trains on “${dataset.name}”.`
          : 'Draws 24 sample people in this browser and trains on them. No download, no upload.'}
      </p>
    </div>
  );
}
