/** @file One option as a field, from its description alone. */
import { useId, useState } from 'react';
import type { OptionSpec, OptionValue, TaskDescription } from '../../workers/protocol/messages';
import { parseOption, printOption } from '../state/optionText';

interface OptionFieldProps {
  name: string;
  spec: OptionSpec;
  value: OptionValue;
  tasks?: readonly TaskDescription[];
  changed?: boolean;
  disabled: boolean;
  onChange: (value: OptionValue) => void;
}

export function OptionField(props: OptionFieldProps) {
  const { spec, value, changed, disabled, onChange } = props;
  const label = (
    <span>
      {spec.label}
      {'unit' in spec && spec.unit ? <i> {spec.unit}</i> : null}
      {changed && <b className="changed" title="Differs from the default" />}
    </span>
  );
  switch (spec.kind) {
    case 'flag':
      return (
        <label className="field flag" title={spec.help}>
          <input
            type="checkbox"
            checked={value === true}
            disabled={disabled}
            onChange={event => onChange(event.target.checked)}
          />
          {label}
        </label>
      );
    case 'choice':
      return (
        <label className="field choice" title={spec.help}>
          {label}
          <select value={String(value)} disabled={disabled} onChange={event => onChange(event.target.value)}>
            {spec.choices.map(choice => (
              <option key={choice.value} value={choice.value}>
                {choice.label}
              </option>
            ))}
          </select>
        </label>
      );
    case 'number':
    case 'list':
    case 'perTask':
    case 'schedule':
      // A new key when the value changes from outside, so that the field shows it.
      return <TextField key={printOption(value)} {...props} label={label} />;
    default:
      return spec satisfies never;
  }
}

/** Takes a value when the field is left or Enter is pressed; keeps a wrong one visible with what is wrong. */
function TextField({
  spec,
  value,
  tasks,
  disabled,
  onChange,
  label,
}: OptionFieldProps & { label: React.ReactNode }) {
  const shown = printOption(value);
  const [text, setText] = useState(shown);
  const errorId = useId();
  const parsed = parseOption(spec, text);
  const commit = () => {
    if (parsed.ok && text !== shown) onChange(parsed.value);
  };
  return (
    <label className="field" title={spec.help}>
      {label}
      <input
        type="text"
        inputMode={spec.kind === 'number' ? 'decimal' : 'text'}
        value={text}
        disabled={disabled}
        spellCheck={false}
        autoComplete="off"
        placeholder={spec.kind === 'schedule' ? 'step:rate, …' : undefined}
        aria-invalid={!parsed.ok}
        aria-describedby={parsed.ok ? undefined : errorId}
        onChange={event => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={event => event.key === 'Enter' && commit()}
      />
      {spec.kind === 'perTask' && tasks && <small>{tasks.map(task => task.label).join(', ')}</small>}
      {!parsed.ok && (
        <small className="wrong" id={errorId}>
          {spec.label} {parsed.reason}.
        </small>
      )}
    </label>
  );
}
