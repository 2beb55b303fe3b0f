/** @file How fast the chosen settings will train, beside the button that starts them. */
import { count, roughCount, roughDuration } from '../../format/numbers';
import { optionValue } from '../../state/settings';
import { speedEstimate } from '../../state/speed';
import { useAppState } from '../../state/useApp';

export function SpeedNote() {
  const text = useAppState(state => {
    const estimate = speedEstimate(state);
    const { catalogue, settings } = state;
    const runs = settings.methods.length;
    if (!estimate || !catalogue || runs === 0) return null;
    const steps = count(Number(optionValue(catalogue, settings, 'steps')));
    const whose = runs > 1 ? ` of ${runs} runs` : '';
    const basis = estimate.measured ? 'As before, about' : 'About';
    return `${basis} ${roughCount(estimate.imagesPerSecond)} images/s: ${steps} steps${whose} in ${roughDuration(estimate.trainingMs)}`;
  });
  return text && <p className="fine">{text}</p>;
}
