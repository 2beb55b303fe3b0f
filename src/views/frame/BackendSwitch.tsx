/** @file The backends to choose from. A press loads the page anew on another one; it asks first where that would lose steps. */
import { useEffect, useRef, useState } from 'react';
import type { BackendId } from '../../../workers/protocol/device';
import { backendLabel } from '../../state/readiness';
import { hasUnsavedSteps } from '../../state/runs';
import { useApp, useAppState } from '../../state/useApp';

type Choice = BackendId | 'automatic';

const choices: readonly { choice: Choice; about: string }[] = [
  { choice: 'automatic', about: 'The fastest of these that starts in this browser.' },
  { choice: 'webgpu', about: 'The graphics card, by kernels of our own. It trains every network.' },
  { choice: 'wasm', about: 'The processor, by compiled kernels of our own. It trains small networks.' },
  { choice: 'webgl', about: 'The graphics card, as tfjs uses it without WebGPU. For the smallest networks.' },
  { choice: 'cpu', about: 'Plain JavaScript. It runs in every browser, and is the slowest.' },
];
const labels: Record<Choice, string> = { automatic: 'Automatic', ...backendLabel };

export function BackendSwitch() {
  const { switchBackend } = useApp();
  const { running, chosen, loses } = useAppState(state => ({
    running: state.device?.backend,
    chosen: state.askedBackend ?? 'automatic',
    loses: Object.values(state.runs).some(hasUnsavedSteps),
  }));
  const [asking, setAsking] = useState<Choice | null>(null);
  const no = useRef<HTMLButtonElement>(null);
  const pressed = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // “Stay” takes the focus: a key held down must not answer “Switch”.
    if (asking) no.current?.focus();
  }, [asking]);
  const go = (choice: Choice) => switchBackend(choice === 'automatic' ? null : choice);
  const press = (choice: Choice, button: HTMLButtonElement) => {
    if (choice === chosen) return;
    pressed.current = button;
    if (loses) setAsking(choice);
    else go(choice);
  };
  const stay = () => {
    setAsking(null);
    pressed.current?.focus();
  };
  return (
    <fieldset
      className="backends"
      onKeyDown={event => {
        if (event.key !== 'Escape' || !asking) return;
        event.stopPropagation();
        stay();
      }}
    >
      <legend>Train on</legend>
      {choices.map(({ choice, about }) => (
        <button
          key={choice}
          type="button"
          className="backend"
          aria-pressed={choice === chosen}
          onClick={event => press(choice, event.currentTarget)}
        >
          <span className="backend-name">
            <b>{labels[choice]}</b>
            {choice === running && <span className="backend-now">runs now</span>}
          </span>
          <small>{about}</small>
        </button>
      ))}
      {asking && (
        <div className="backend-ask" role="alert">
          <p>The page reloads, and steps that are not saved are lost.</p>
          <div className="buttons">
            <button type="button" onClick={() => go(asking)}>
              Switch to {labels[asking]}
            </button>
            <button ref={no} type="button" onClick={stay}>
              Stay
            </button>
          </div>
        </div>
      )}
    </fieldset>
  );
}
