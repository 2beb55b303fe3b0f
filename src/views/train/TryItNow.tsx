/** @file A button that opens sample faces and trains on them, so that an empty page has a moving chart after one click. */
import { useAppState } from '../../state/useApp';
import { useTrain } from './useTrain';

export function TryItNow() {
  const train = useTrain();
  const { dataset, opening, people } = useAppState(({ dataset, opening, catalogue }) => ({
    dataset,
    opening,
    people: catalogue?.sampleSets[0]?.defaults.identities,
  }));
  const label = dataset ? 'Train now' : 'Try it now';
  const promise = dataset
    ? `Trains on “${dataset.name}”.`
    : `Draws ${people ?? 'some'} sample people in this browser and trains on them. No download, no upload.`;
  return (
    <div className="invitation-act">
      <button
        type="button"
        className="primary big"
        disabled={train.busy || train.refusal !== null}
        onClick={train.tryNow}
      >
        {opening ? 'Opening faces…' : label}
      </button>
      {!opening && <p className="fine">{train.refusal ?? promise}</p>}
    </div>
  );
}
