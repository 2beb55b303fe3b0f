/** @file Measures PyTorch and the page in turns, on the same case, so that a slow moment of the machine is slow for both. */
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { markdownTable } from 'markdown-table';

const script = fileURLToPath(new URL('pytorch.py', import.meta.url));
/** PyTorch computes fastest in one or the other, depending on network and machine. */
const layouts = ['contiguous', 'channels_last'];
const rounds = 5;

/** A Python of this machine that has torch, or `undefined`. The one on the PATH may be another than the system's. */
const findPython = () =>
  [process.env.PYTHON, 'python3', '/usr/bin/python3', 'python'].filter(Boolean).find(python => {
    try {
      execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });

/** Starts a process that makes a step when it is asked to. */
async function startPython(python, { network, batch, inputSize, width }, flags) {
  const name = network.startsWith('Tiny') ? 'tiny' : 'inception';
  const sizes = ['--network', name, '--batch', batch, '--size', inputSize, '--width', width];
  const child = spawn(python, [script, '--serve', ...sizes, ...flags], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('PyTorch ended early.');
    return JSON.parse(value);
  };
  return {
    about: await answer(),
    /** Milliseconds of each of `count` steps. */
    steps(layout, count) {
      child.stdin.write(`${layout} ${count}\n`);
      return answer();
    },
    end: () => child.stdin.end(),
  };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Measures in rounds: the page, then PyTorch in either layout, each for about `seconds`.
 * @param measureStep gives the page's median of a step in milliseconds.
 * @returns medians of the rounds' medians, in milliseconds.
 */
export async function takeTurns(process, measureStep, seconds) {
  const [page, torch] = [[], layouts.map(() => [])];
  for (let round = 0; round < rounds; round++) {
    page.push(await measureStep(seconds));
    for (const [i, layout] of layouts.entries()) {
      const guess = torch[i].at(-1) ?? median(await process.steps(layout, 3));
      const count = Math.max(3, Math.ceil((1000 * seconds) / guess));
      torch[i].push(median(await process.steps(layout, count)));
    }
  }
  const torchMs = torch.map(median);
  const best = Math.min(...torchMs);
  return { pageMs: median(page), torchMs: best, layout: layouts[torchMs.indexOf(best)], page, torch };
}

/**
 * @param sizes those of the report.
 * @param flags of `pytorch.py`: the device and its threads.
 * @returns `{ pageMs, torchMs, ratio, ... }`, the ratio above 1 where PyTorch is faster; or why it was not measured.
 */
export async function besidePytorch(sizes, flags, measureStep, seconds = 1.5) {
  const python = findPython();
  if (!python) return { failed: 'PyTorch is not measured: no Python here has torch.' };
  try {
    const process = await startPython(python, sizes, flags);
    try {
      const turns = await takeTurns(process, measureStep, seconds);
      const { torch, device } = process.about;
      return { version: torch, device, rounds, ...turns, ratio: turns.pageMs / turns.torchMs };
    } finally {
      process.end();
    }
  } catch (error) {
    return { failed: `PyTorch could not be measured: ${error.message}` };
  }
}

/** The two as a table, or a line that says why there is none. */
export function pytorchTable(result, { batch }, ours) {
  if (result.failed) return result.failed;
  const number = value => new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value);
  const row = (label, ms) => [label, number(ms), number((1000 * batch) / ms), number(result.torchMs / ms)];
  const rows = [
    ['In turns', 'ms', 'images/s', '× PyTorch'],
    row(`PyTorch ${result.version}, ${result.device}, ${result.layout}`, result.torchMs),
    row(ours, result.pageMs),
  ];
  return `**Beside PyTorch**\n\n${markdownTable(rows, { align: ['', 'r', 'r', 'r'] })}`;
}
