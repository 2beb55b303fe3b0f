/** @file A result of kind `samples`: images by their path, and what is to be said of each. */
import type { SamplesResult } from '../../../../workers/protocol/results';

export function SamplesView({ result }: { result: SamplesResult }) {
  return result.groups.map(({ label, samples }) => (
    <section key={label} className="result-samples">
      <h5>{label}</h5>
      <ul>
        {samples.map(({ path, note }) => (
          <li key={path}>
            {note}
            <small className="result-path">{path}</small>
          </li>
        ))}
      </ul>
    </section>
  ));
}
