/** @file Shows one option as a field, which is built from the description of the option alone. */
import { type ReactNode, useId, useState } from 'react';
import type { OptionSpec, OptionValue } from '../../../workers/protocol/options';
import type { TaskDescription } from '../../../workers/protocol/systems';
import { parseOption, printOption } from '../../state/optionText';

interface OptionFieldProps {
  spec: OptionSpec;
  value: OptionValue;
  tasks?: readonly TaskDescription[];
  changed?: boolean;
  disabled: boolean;
  /** Whether to show the help. Even if it is hidden, screen readers get it as the description of the field. */
  explain: boolean;
  onChange: (value: OptionValue) => void;
}

export function OptionField(props: OptionFieldProps) {
  const { spec, value, changed, disabled, explain, onChange } = props;
  const id = useId();
  const described = spec.help ? `${id}help` : undefined;
  const label = (
    <span>
      {spec.label}
      {'unit' in spec && spec.unit ? <i> {spec.unit}</i> : null}
      {changed && (
        <b className="changed">
          <span className="hidden"> (changed)</span>
        </b>
      )}
    </span>
  );
  const field = (kind: string, control: ReactNode) => (
    <div className={`field ${kind}`} data-explain={explain && spec.help !== undefined}>
      {control}
      {spec.help && (
        <small id={described} hidden={!explain}>
          {spec.help}
        </small>
      )}
    </div>
  );
  switch (spec.kind) {
    case 'flag':
      return field(
        'flag',
        <label className="field-body">
          <input
            type="checkbox"
            checked={value === true}
            disabled={disabled}
            aria-describedby={described}
            onChange={event => onChange(event.target.checked)}
          />
          {label}
        </label>,
      );
    case 'choice':
      return field(
        'choice',
        <label className="field-body">
          {label}
          <select
            value={String(value)}
            disabled={disabled}
            aria-describedby={described}
            onChange={event => onChange(event.target.value)}
          >
            {spec.choices.map(choice => (
              <option key={choice.value} value={choice.value}>
                {choice.label}
              </option>
            ))}
          </select>
        </label>,
      );
    case 'number':
    case 'list':
    case 'perTask':
    case 'tasks':
    case 'schedule':
      return field('text', <TextControl {...props} label={label} described={described} />);
    default:
      return spec satisfies never;
  }
}

/**
 * Takes a value when the field is left or Enter is pressed. A wrong value stays visible, and the field says what is
 * wrong.
 */
function TextControl({
  spec,
  value,
  tasks,
  disabled,
  onChange,
  label,
  described,
}: OptionFieldProps & { label: ReactNode; described: string | undefined }) {
  const shown = printOption(value);
  // A typed text is dropped when the value below it changes, so that the field shows a reset or a new preset.
  const [typed, setTyped] = useState({ text: shown, over: shown });
  const text = typed.over === shown ? typed.text : shown;
  const errorId = useId();
  const parsed = parseOption(spec, text);
  const commit = () => {
    if (!parsed.ok) return;
    const printed = printOption(parsed.value);
    setTyped({ text: printed, over: printed });
    if (printed !== shown) onChange(parsed.value);
  };
  return (
    <>
      <label className="field-body">
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
          aria-describedby={[described, parsed.ok ? null : errorId].filter(Boolean).join(' ') || undefined}
          onChange={event => setTyped({ text: event.target.value, over: shown })}
          onBlur={commit}
          onKeyDown={event => event.key === 'Enter' && commit()}
        />
      </label>
      {spec.kind === 'perTask' && tasks && <small>{tasks.map(task => task.label).join(', ')}</small>}
      {!parsed.ok && (
        <small className="wrong" id={errorId}>
          {spec.label} {parsed.reason}.
        </small>
      )}
    </>
  );
}
