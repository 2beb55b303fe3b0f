/** @file Confusion matrix: rows are the truth, columns the prediction; shade = share of the row. */
import './widgets.css';

interface ConfusionProps {
  /** Names of the classes, in order. */
  classes: readonly string[];
  /** `counts[truth][predicted]`. */
  counts: readonly (readonly number[])[];
  caption: string;
  /** Makes every filled cell a button. */
  onCell?: (truth: number, predicted: number) => void;
}

/** Percent of ink behind a cell: grows with the share and leaves out the middle greys, on which no text is legible. */
const shade = (share: number) => Math.round(share <= 0.5 ? share * 60 : 65 + (share - 0.5) * 70);

export function Confusion({ classes, counts, caption, onCell }: ConfusionProps) {
  return (
    <div className="confusionScroll">
      <table className="confusion">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">truth ↓ predicted →</th>
            {classes.map(name => (
              <th key={name} scope="col" className="confusionColumn">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((name, truth) => {
            const row = counts[truth] ?? [];
            const sum = row.reduce((total, value) => total + value, 0);
            return (
              <tr key={name}>
                <th scope="row" className="confusionRow">
                  {name}
                </th>
                {classes.map((other, predicted) => {
                  const value = row[predicted] ?? 0;
                  const share = sum > 0 ? value / sum : 0;
                  const label = `${value} of ${sum} ${name} predicted as ${other}`;
                  return (
                    <td
                      key={other}
                      className={share > 0.5 ? 'confusionCell confusionStrong' : 'confusionCell'}
                      style={{ '--shade': `${shade(share)}%` }}
                      title={label}
                    >
                      {onCell && value > 0 ? (
                        <button type="button" aria-label={label} onClick={() => onCell(truth, predicted)}>
                          {value}
                        </button>
                      ) : (
                        value || ''
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
