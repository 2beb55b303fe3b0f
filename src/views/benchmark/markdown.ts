/** @file A benchmark's report as Markdown: for an issue, a README or a terminal. */
import type { BenchReport } from '../../../workers/protocol/bench';
import { facts, failures, type Table, tables } from './tables';

/** Padded, so that it reads as a table without being rendered. */
function table({ columns, words, rows }: Table): string {
  const all = [columns, ...rows].map(row => row.map(cell => cell.replaceAll('|', '\\|')));
  const widths = columns.map((_, column) => Math.max(...all.map(row => (row[column] ?? '').length), 3));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i < words ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i < words ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head, ...body] = all.map(line);
  return [head, rule, ...body].join('\n');
}

export function markdown(report: BenchReport): string {
  const missing = failures(report);
  return [
    facts(report).join('\n'),
    ...tables(report).map(each => `**${each.title}**\n\n${table(each)}`),
    ...(missing.length > 0 ? [`Not measured:\n${missing.map(line => `- ${line}`).join('\n')}`] : []),
  ].join('\n\n');
}
