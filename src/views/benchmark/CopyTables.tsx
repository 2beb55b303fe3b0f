/** @file Copies the report of a benchmark to the clipboard as Markdown. */
import { useState } from 'react';
import type { BenchReport } from '../../../workers/protocol/bench';
import { AppError } from '../../../workers/protocol/errors';
import { attempt } from '../../state/actions/context';
import { useApp } from '../../state/useApp';
import { markdown } from './markdown';

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch (cause) {
    throw new AppError(
      'bench/copy',
      'The browser did not let the page use the clipboard. Select the tables and copy them by hand.',
      { cause },
    );
  }
}

export function CopyTables({ report }: { report: BenchReport }) {
  const { store } = useApp();
  const [copied, setCopied] = useState<BenchReport | null>(null);
  const run = () =>
    attempt(store, 'benchmark', async () => {
      await copy(markdown(report));
      setCopied(report);
    });
  return (
    <button type="button" onClick={() => void run()}>
      <span aria-live="polite">{copied === report ? 'Copied' : 'Copy as Markdown'}</span>
    </button>
  );
}
