/** @file Shows in counts how far the opening of a dataset is, with a button to cancel it. */
import type { OpenProgress } from '../../../workers/protocol/dataset';
import { count } from '../../format/numbers';

const doing: Record<OpenProgress['phase'], string> = {
  listing: 'Listing',
  reading: 'Reading',
  checking: 'Checking images',
  drawing: 'Drawing faces',
};

interface OpeningProgressProps {
  label: string;
  progress: OpenProgress | null;
  onCancel: () => void;
}

export function OpeningProgress({ label, progress, onCancel }: OpeningProgressProps) {
  const known = progress && progress.total > 0;
  return (
    <div className="opening">
      <p role="status">
        <b>{progress ? doing[progress.phase] : 'Opening'}</b> {label}
      </p>
      <progress
        aria-label={`Opening ${label}`}
        {...(known ? { value: progress.done, max: progress.total } : {})}
      />
      <p className="opening-count">
        <span>{known ? `${count(progress.done)} of ${count(progress.total)}` : '…'}</span>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </p>
    </div>
  );
}
