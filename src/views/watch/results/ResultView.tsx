/** @file Shows one result according to its kind. A new metric needs no change here; a new kind needs a case. */
import type { Figure, FigureFormat, HeldOutSide, Result } from '../../../../workers/protocol/results';
import type { TaskDescription } from '../../../../workers/protocol/systems';
import { CurveView } from '../drawnLater';
import { sideWords } from '../scoreWords';
import { FigureText } from './FigureText';
import { MatrixView } from './MatrixView';
import { SamplesView } from './SamplesView';
import { TableView } from './TableView';

interface ResultViewProps {
  result: Result;
  tasks: readonly TaskDescription[];
}

export function ResultView({ result, tasks, side }: ResultViewProps & { side: HeldOutSide }) {
  return (
    <article className="result" data-kind={result.kind}>
      <h4>
        {result.label} <small>{sideWords(side)}</small>
      </h4>
      <p className="fine">{result.about}</p>
      <Content result={result} tasks={tasks} />
    </article>
  );
}

function Content({ result, tasks }: ResultViewProps) {
  if ('why' in result && result.why !== null) return <p className="result-why">– {result.why}</p>;
  switch (result.kind) {
    case 'scalar':
      return <BigFigure figure={result.figure} format={result.format} />;
    case 'perTask':
      return (
        <dl className="result-figures">
          {tasks
            .filter(({ id }) => id in result.figures)
            .map(({ id, label }) => (
              <div key={id}>
                <dt>{label}</dt>
                <dd>
                  <BigFigure figure={result.figures[id]} format={result.format} />
                </dd>
              </div>
            ))}
        </dl>
      );
    case 'curve':
      return <CurveView result={result} />;
    case 'matrix':
      return <MatrixView result={result} />;
    case 'table':
      return <TableView result={result} />;
    case 'samples':
      return <SamplesView result={result} />;
    default:
      return result satisfies never;
  }
}

/** Shows a figure in large type. If there is none, there is room here to show the reason in full. */
function BigFigure({ figure, format }: { figure: Figure | undefined; format: FigureFormat }) {
  if (figure?.value === null) return <p className="result-why">– {figure.why}</p>;
  return (
    <p className="result-figure">
      <FigureText figure={figure} format={format} />
    </p>
  );
}
