/** @file Shows a result of kind `samples`: the path of each image, and a note on it. */
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
