/** @file Lists the weighting methods to compare. Each has a description and its source. */
import { useId, useState } from 'react';
import type { Catalogue } from '../../../workers/protocol/catalogue';
import { useApp, useAppState } from '../../state/useApp';
import { ExplainButton } from '../../widgets/ExplainButton';

interface MethodListProps {
  weightings: Catalogue['weightings'];
  disabled: boolean;
}

export function MethodList({ weightings, disabled }: MethodListProps) {
  const { settings: actions } = useApp();
  const methods = useAppState(state => state.settings.methods);
  const [explain, setExplain] = useState(false);
  const prefix = useId();
  return (
    <div className="methods">
      <fieldset disabled={disabled}>
        <legend>Methods, side by side</legend>
        {weightings.map(({ id, label, about, cites }) => (
          <div key={id}>
            <label>
              <input
                type="checkbox"
                checked={methods.includes(id)}
                aria-describedby={`${prefix}${id}`}
                onChange={() => actions.toggleMethod(id)}
              />
              <span>{label}</span>
            </label>
            <small id={`${prefix}${id}`} hidden={!explain}>
              {about} <cite>{cites}</cite>
            </small>
          </div>
        ))}
      </fieldset>
      <ExplainButton what="methods" open={explain} onToggle={setExplain} />
    </div>
  );
}
