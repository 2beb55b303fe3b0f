/** @file Shows a figure as text: the number, or a dash with the reason why there is none. */
import type { Figure, FigureFormat } from '../../../../workers/protocol/results';
import { fixed, percent } from '../../../format/numbers';

interface FigureTextProps {
  figure: Figure | undefined;
  format: FigureFormat;
}

export function FigureText({ figure, format }: FigureTextProps) {
  if (!figure) return '–';
  if (figure.value === null) {
    return (
      <span title={figure.why}>
        <span aria-hidden="true">–</span>
        <span className="hidden">{figure.why}</span>
      </span>
    );
  }
  return format === 'percent' ? percent(figure.value) : fixed(figure.value);
}
