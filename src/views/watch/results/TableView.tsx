/** @file Shows a result of kind `table`. */
import type { TableResult } from '../../../../workers/protocol/results';
import { count, formatValue } from '../../../format/numbers';

const text = (value: string | number | null) => {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  return Number.isInteger(value) ? count(value) : formatValue(value);
};

export function TableView({ result }: { result: TableResult }) {
  return (
    <table className="result-table">
      <thead>
        <tr>
          {result.columns.map(name => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {result.rows.map(([name = null, ...cells]) => (
          <tr key={name}>
            <th scope="row">{text(name)}</th>
            {cells.map((value, i) => (
              <td key={result.columns[i + 1]} className="number">
                {text(value)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
