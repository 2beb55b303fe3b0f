/** @file The buttons that open the sample sets, which are drawn in the browser. */
import { attempt } from '../../state/actions/context';
import { defaultChoice } from '../../state/settings';
import { useApp, useAppState } from '../../state/useApp';

export function SampleButtons({ disabled }: { disabled: boolean }) {
  const { datasets, store } = useApp();
  const sampleSets = useAppState(state => state.catalogue?.sampleSets);
  return (
    <div className="samples">
      {sampleSets?.map(set => (
        <button
          key={set.id}
          type="button"
          className="sample"
          aria-label={`${set.label}: ${set.about}`}
          disabled={disabled}
          onClick={() => void attempt(store, 'data', () => datasets.openSample(defaultChoice(set)))}
        >
          <FaceGlyph isDrawn={set.modalities.includes('caricature')} />
          <b>{set.label}</b>
          <small>{set.about}</small>
        </button>
      ))}
    </div>
  );
}

/** A face as in a photo, or as in a caricature. */
function FaceGlyph({ isDrawn }: { isDrawn: boolean }) {
  return (
    <svg className="glyph" viewBox="0 0 48 48" aria-hidden="true" data-drawn={isDrawn}>
      {isDrawn ? (
        <>
          <path
            className="glyph-face"
            d="M24 5c13 0 16 10 14 19-1 6-7 20-14 20S11 30 10 24C8 15 11 5 24 5Z"
          />
          <path className="glyph-ink" d="M24 5c13 0 16 10 14 19-1 6-7 20-14 20S11 30 10 24C8 15 11 5 24 5Z" />
          <path
            className="glyph-ink"
            d="M15 18l6 2M33 18l-6 2M17 23v2M31 23v2M24 22c-1 6-5 8 0 9M18 36q6-5 12 0"
          />
        </>
      ) : (
        <>
          <circle className="glyph-face" cx="24" cy="25" r="17" />
          <path className="glyph-hair" d="M7 23a17 17 0 0 1 34 0c-6-8-22-10-34 0Z" />
          <path className="glyph-ink" d="M17 23v3M31 23v3M16 32q8 7 16 0" />
        </>
      )}
    </svg>
  );
}
