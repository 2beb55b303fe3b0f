/**
 * @file `npm run bench:charts` compares our paths with recharts' `Line`: eight lines of 600 points, drawn anew in each
 * frame, in headless Chromium. A person sees whole frames; at 60 frames a second, each may take 16.7 ms.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import { findChromium } from '../chromium.mjs';

const usage = `npm run bench:charts -- [options]

  --frames <count>  frames of a round, 240 by default
  --rounds <count>  rounds of each variant, in turns, 3 by default
`;

const { values: given } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    frames: { type: 'string', default: '240' },
    rounds: { type: 'string', default: '3' },
  },
});
if (given.help) {
  process.stdout.write(usage);
  process.exit();
}

/** The number of frames that are not counted, because the browser compiles the code in the first ones. */
const warmUp = 30;
const labels = { paths: 'our paths', recharts: "recharts' Line" };

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

async function measure(page) {
  const found = Object.fromEntries(Object.keys(labels).map(id => [id, { commit: [], frame: [] }]));
  for (let round = 0; round < Number(given.rounds); round++)
    for (const [id, all] of Object.entries(found)) {
      const one = await page.evaluate(
        ([variant, frames]) => window.measureCharts(variant, frames),
        [id, warmUp + Number(given.frames)],
      );
      all.commit.push(...one.commit.slice(warmUp));
      all.frame.push(...one.frame.slice(warmUp));
      Object.assign(all, { points: one.points, lines: one.lines });
    }
  return found;
}

const table = found =>
  markdownTable(
    [
      [
        'drawn by',
        'lines',
        'points',
        'commit, median ms',
        'p95 ms',
        'frame, median ms',
        'p95 ms',
        'frames/s',
      ],
      ...Object.entries(found).map(([id, { lines, points, commit, frame }]) => [
        ...[labels[id], String(lines), String(points)],
        ...[quantile(commit, 0.5), quantile(commit, 0.95)].map(ms => ms.toFixed(1)),
        ...[quantile(frame, 0.5), quantile(frame, 0.95)].map(ms => ms.toFixed(1)),
        ((1000 * frame.length) / frame.reduce((sum, ms) => sum + ms, 0)).toFixed(1),
      ]),
    ],
    { align: ['', 'r', 'r', 'r', 'r', 'r', 'r', 'r'] },
  );

const outDir = await mkdtemp(join(tmpdir(), 'charts-bench-'));
try {
  const input = new URL('charts.html', import.meta.url).pathname;
  await build({
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, rolldownOptions: { input } },
  });
  const server = await preview({ logLevel: 'error', build: { outDir }, preview: { port: 0 } });
  const browser = await chromium.launch({
    executablePath: findChromium() ?? 'chromium',
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(new URL('test/bench/charts.html', server.resolvedUrls?.local[0]).href);
    await page.waitForFunction(() => window.measureCharts !== undefined);
    process.stdout.write(`${table(await measure(page))}\n`);
  } finally {
    await browser.close();
    await server.close();
  }
} finally {
  await rm(outDir, { recursive: true, force: true });
}
