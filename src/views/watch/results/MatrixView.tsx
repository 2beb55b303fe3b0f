/** @file Shows a result of kind `matrix` as a table. A cell is darker if its share of the row is larger. */
import { useState } from 'react';
import type { MatrixResult } from '../../../../workers/protocol/results';
import { count as text } from '../../../format/numbers';
import { counted } from '../../../format/words';

/** A matrix of more classes opens on request, because a hundred classes make ten thousand cells. */
const openUpTo = 12;
/** The shade of a cell with the full share. Text on it must still be readable. */
const darkestPercent = 55;

type Matrix = MatrixResult['matrices'][number];

export function MatrixView({ result }: { result: MatrixResult }) {
  return result.matrices.map(matrix => (
    <Foldable key={matrix.label} matrix={matrix} row={result.row} column={result.column} />
  ));
}

function Foldable({ matrix, ...names }: { matrix: Matrix; row: string; column: string }) {
  const [open, setOpen] = useState(matrix.rows.length <= openUpTo);
  const toggle = (event: { currentTarget: HTMLDetailsElement }) => setOpen(event.currentTarget.open);
  return (
    <details className="result-matrix" open={open} onToggle={toggle}>
      <summary>
        {matrix.label} <small>{counted(matrix.rows.length, 'class', 'classes')}</small>
      </summary>
      {open && <MatrixTable matrix={matrix} {...names} />}
    </details>
  );
}

function MatrixTable({ matrix, row, column }: { matrix: Matrix; row: string; column: string }) {
  const values = matrix.rows.map(() => new Map<number, number>());
  for (const [r, c, value] of matrix.cells) values[r]?.set(c, value);
  const sums = values.map(cells => [...cells.values()].reduce((sum, value) => sum + value, 0));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="matrix-scroll" aria-label={`${matrix.label}, scrollable`} tabIndex={0}>
      <table>
        <caption>
          {row} by row, {column.toLowerCase()} by column; an empty cell is 0.
        </caption>
        <thead>
          <tr>
            <td />
            {matrix.columns.map(name => (
              <th key={name} scope="col">
                <span>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.rows.map((name, r) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {matrix.columns.map((other, c) => {
                const value = values[r]?.get(c) ?? 0;
                const share = value > 0 ? value / (sums[r] ?? 1) : 0;
                const shade = `color-mix(in srgb, var(--task-0) ${Math.round(darkestPercent * share)}%, transparent)`;
                return (
                  <td key={other} style={share > 0 ? { background: shade } : undefined}>
                    {value > 0 && text(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
