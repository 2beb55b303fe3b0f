/** @file A button for what cannot be undone: the first press asks, the answer stands in its place. */
import { useEffect, useRef, useState } from 'react';

interface ConfirmButtonProps {
  /** `Delete`: asked as `Delete?`. */
  label: string;
  /** What it would be done to, for those who do not see the row. */
  subject: string;
  disabled?: boolean;
  onConfirm: () => void;
}

export function ConfirmButton({ label, subject, disabled = false, onConfirm }: ConfirmButtonProps) {
  const [asking, setAsking] = useState(false);
  const ask = useRef<HTMLButtonElement>(null);
  const no = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);
  useEffect(() => {
    // “No” takes the focus: a key held down must not answer “Yes”.
    if (asking) no.current?.focus();
    else if (wasAsking.current) ask.current?.focus();
    wasAsking.current = asking;
  }, [asking]);
  if (!asking)
    return (
      <button ref={ask} type="button" className="link" disabled={disabled} onClick={() => setAsking(true)}>
        {label}
      </button>
    );
  return (
    <fieldset
      className="confirm"
      aria-label={`${label} ${subject}?`}
      onKeyDown={event => event.key === 'Escape' && setAsking(false)}
    >
      <b>{label}?</b>
      <button
        type="button"
        className="link"
        disabled={disabled}
        onClick={() => {
          setAsking(false);
          onConfirm();
        }}
      >
        Yes
      </button>
      <button ref={no} type="button" className="link" onClick={() => setAsking(false)}>
        No
      </button>
    </fieldset>
  );
}
