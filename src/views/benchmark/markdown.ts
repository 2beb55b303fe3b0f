/** @file Writes the report of a benchmark as Markdown, for an issue, a README or a terminal. */
import { markdownTable } from 'markdown-table';
import type { BenchReport } from '../../../workers/protocol/bench';
import { facts, failures, type Table, tables } from './tables';

/** The cells are padded, so that the source can be read as a table too. Words are aligned left and numbers right. */
function table({ columns, words, rows }: Table): string {
  const cells = [columns, ...rows].map(row => row.map(cell => cell.replaceAll('|', '\\|')));
  return markdownTable(cells, { align: columns.map((_, column) => (column < words ? '' : 'r')) });
}

export function markdown(report: BenchReport): string {
  const missing = failures(report);
  return [
    facts(report).join('\n'),
    ...tables(report).map(each => `**${each.title}**\n\n${table(each)}`),
    ...(missing.length > 0 ? [`Not measured:\n${missing.map(line => `- ${line}`).join('\n')}`] : []),
  ].join('\n\n');
}
