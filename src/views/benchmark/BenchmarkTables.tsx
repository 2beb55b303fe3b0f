/** @file Shows the report of a benchmark: what was measured, the tables, and what could not be measured. */
import type { BenchReport } from '../../../workers/protocol/bench';
import { facts, failures, tables } from './tables';

export function BenchmarkTables({ report }: { report: BenchReport }) {
  const missing = failures(report);
  return (
    <>
      <ul className="fine">
        {facts(report).map(fact => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      {tables(report).map(({ title, columns, words, rows }) => (
        <div key={title} className="benchmark-table">
          <h3>{title}</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <section className="table-scroll" aria-label={`${title}, scrollable`} tabIndex={0}>
            <table className="measured">
              <thead>
                <tr>
                  {columns.map((column, i) => (
                    <th key={column} scope="col" className={i < words ? 'words' : undefined}>
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map(([name, ...cells], row) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: rows neither move nor carry state, and names repeat
                  <tr key={row}>
                    <th scope="row" className="words">
                      {name}
                    </th>
                    {cells.map((cell, i) => (
                      <td key={columns[i + 1]} className={i + 1 < words ? 'words' : undefined}>
                        {cell}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </div>
      ))}
      {missing.length > 0 && (
        <details>
          <summary>Not measured ({missing.length})</summary>
          <ul className="fine">
            {missing.map(line => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
