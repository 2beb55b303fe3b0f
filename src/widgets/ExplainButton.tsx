/** @file Shows and hides the explanations of a group of controls; hidden ones still describe them to screen readers. */
interface ExplainButtonProps {
  what: string;
  open: boolean;
  onToggle: (open: boolean) => void;
}

export function ExplainButton({ what, open, onToggle }: ExplainButtonProps) {
  return (
    <button type="button" className="link explain" aria-expanded={open} onClick={() => onToggle(!open)}>
      {open ? 'Hide the explanations' : `Explain the ${what}`}
    </button>
  );
}
