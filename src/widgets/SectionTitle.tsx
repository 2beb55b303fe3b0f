/** @file The numbered heading of one of the four steps: data → train → watch → take home. */
export function SectionTitle({ id, step, children }: { id: string; step: number; children: string }) {
  return (
    <h2 className="section-title" id={id}>
      <span className="section-step" aria-hidden="true">
        {step}
      </span>
      {children}
    </h2>
  );
}
