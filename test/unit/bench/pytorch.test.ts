import { expect, test } from 'vitest';
import { pytorchTable, takeTurns } from '../../bench/pytorch.mjs';

test('page and PyTorch take turns; the medians of rounds count, and of two layouts the faster', async () => {
  const asked: string[] = [];
  const stepMs: Record<string, number> = { contiguous: 40, channels_last: 20 };
  const python = {
    async steps(layout: string, count: number) {
      asked.push(`${layout} ${count}`);
      return Array<number>(count).fill(stepMs[layout] ?? 0);
    },
  };
  const page = [30, 10, 900, 10, 5];
  const turns = await takeTurns(
    python,
    async seconds => {
      asked.push(`page ${seconds}`);
      return page[asked.filter(line => line.startsWith('page')).length - 1] ?? 0;
    },
    0.2,
  );
  expect(turns).toMatchObject({ pageMs: 10, torchMs: 20, layout: 'channels_last', page });
  const round = ['page 0.2', 'contiguous 5', 'channels_last 10'];
  const first = ['page 0.2', 'contiguous 3', 'contiguous 5', 'channels_last 3', 'channels_last 10'];
  expect(asked).toEqual([...first, ...round, ...round, ...round, ...round]);
});

test('the table names both and how they compare, or says why there is none', () => {
  const result = { version: '2.0', device: 'cpu, 1 threads', layout: 'contiguous', pageMs: 10, torchMs: 20 };
  const table = pytorchTable(result, { batch: 8 }, 'ours');
  expect(table).toMatch(/\| PyTorch 2\.0, cpu, 1 threads, contiguous \| +20 \| +400 \| +1 \|/);
  expect(table).toMatch(/\| ours +\| +10 \| +800 \| +2 \|/);
  expect(pytorchTable({ failed: 'no torch' }, { batch: 8 }, 'ours')).toBe('no torch');
});
