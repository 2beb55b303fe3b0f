/**
 * @file `npm run bench`: builds the app, opens it in headless Chromium and lets the page's own benchmark run. Results go
 * to standard output, what happens meanwhile to standard error.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { build, preview } from 'vite';

const usage = `npm run bench -- [options]             on SwiftShader, WebGPU on the CPU
npm run bench:gpu -- [options]         on this machine's own adapter, with the paper's sizes

  --json            one JSON object instead of tables; npm's own two lines go away with --silent:
                    npm run --silent bench -- --quick --json
  --quick           the reference case alone, for a short time
  --preset <id> --batch <images> --size <px> --width <multiplier> --layers <count>
                    another case
  --seconds <s>     how long the steps are measured
  --save            keeps each case in test/bench/results, named after adapter and sizes
`;

const { values: given } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    gpu: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    preset: { type: 'string' },
    batch: { type: 'string' },
    size: { type: 'string' },
    width: { type: 'string' },
    seconds: { type: 'string' },
    layers: { type: 'string' },
  },
});
if (given.help) {
  process.stdout.write(usage);
  process.exit();
}
if (given.gpu) process.env.SEESAW_GPU = 'native';
const { chromiumFlags, findChromium } = await import('../chromium.mjs');
const { besidePytorch, pytorchTable } = await import('./pytorch.mjs');

const say = text => process.stderr.write(`${text}\n`);
const seconds = given.seconds ?? (given.quick ? 30 : 120);

function number(name, value) {
  if (value === undefined) return {};
  const parsed = Number(value);
  if (!Number.isFinite(parsed)) throw new Error(`--${name} ${value}: give a number.`);
  return { [name]: parsed };
}

const chosen = Object.assign(
  given.preset ? { preset: given.preset } : {},
  ...['batch', 'size', 'width', 'layers'].map(name => number(name, given[name])),
);

/** A chosen case is measured alone. Else it is the reference case and, if there is time, the cases that the README names. */
function cases() {
  if (given.quick || Object.keys(chosen).length > 0) return [chosen];
  const tiny = { preset: 'tiny', batch: 48, layers: 0 };
  const paper = [32, 90].map(batch => ({ preset: 'paper', batch }));
  return [chosen, tiny, ...(given.gpu ? paper : [])];
}

function commit() {
  const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  try {
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain') ? ' with changes' : '');
  } catch {
    return null; // not a checkout
  }
}

async function openPage(url) {
  const browser = await chromium.launch({
    executablePath: findChromium() ?? 'chromium',
    // The flag stops Chrome from rounding GPU times to 0.1 ms, which is too coarse for single kernels.
    args: [...chromiumFlags, '--disable-dawn-features=timestamp_quantization'],
  });
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => window.seesaw !== undefined);
  const device = await page.evaluate(() => window.seesaw.ready);
  if (given.gpu && (device.backend !== 'webgpu' || /swiftshader|llvmpipe|software/i.test(device.adapter))) {
    await browser.close();
    throw new Error(
      `bench:gpu needs a GPU, and Chromium offers "${device.adapter}" on ${device.backend}. Run it where Chrome shows a hardware adapter under chrome://gpu (on Linux with a Vulkan driver), or run npm run bench here.`,
    );
  }
  say(`Adapter: ${device.adapter}`);
  return { browser, page };
}

async function measure(page, options) {
  let told = '';
  const watch = setInterval(async () => {
    const doing = await page.evaluate(() => window.seesaw.benchmarkProgress()?.doing).catch(() => undefined);
    if (doing && doing !== told) say(`  ${doing}`);
    told = doing ?? told;
  }, 1000);
  try {
    return await page.evaluate(async options => {
      const report = await window.seesaw.benchmark(options);
      return { report, tables: window.seesaw.benchmarkTables(report) };
    }, options);
  } finally {
    clearInterval(watch);
  }
}

/** PyTorch beside the page, both on one core. */
async function addPytorch(page, options, report) {
  const step = async seconds => {
    const alone = { ...options, seconds, variants: ['wasm'] };
    const { wasm } = await page.evaluate(options => window.seesaw.benchmark(options), alone);
    if (wasm.failed) throw new Error(wasm.failed);
    return wasm.stepMs;
  };
  say('  PyTorch in turns with WebAssembly');
  const pytorch = await besidePytorch(report.sizes, ['--cpu', '--threads', '1'], step);
  return {
    report: { ...report, pytorch, ratios: { ...report.ratios, wasmOverTorch: pytorch.ratio ?? null } },
    table: pytorchTable(pytorch, report.sizes, 'our step on WebAssembly, one thread'),
  };
}

async function save(report) {
  const { preset, inputSize, width, batch } = report.sizes;
  const adapter = (report.adapter ?? 'no WebGPU').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const name = `${adapter}-${preset}-${inputSize}px-width${width}-batch${batch}.json`;
  const file = new URL(`results/${name}`, import.meta.url);
  await mkdir(new URL('.', file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  say(`Saved ${name}`);
}

async function main() {
  const measured = commit();
  say('Building …');
  await build({ logLevel: 'error' });
  const server = await preview({ logLevel: 'error', preview: { port: 0 } });
  const [url] = server.resolvedUrls?.local ?? [];
  if (!url) throw new Error('vite preview gave no address.');
  const { browser, page } = await openPage(url).catch(async error => {
    await server.close(); // or the process would wait for visitors
    throw error;
  });
  try {
    const reports = [];
    for (const options of cases()) {
      say(`Measuring ${JSON.stringify(options)} …`);
      const inPage = await measure(page, { ...options, ...number('seconds', seconds) });
      const { report, table } = await addPytorch(page, options, inPage.report);
      const command = `node test/bench/bench.mjs ${process.argv.slice(2).join(' ')}`.trim();
      reports.push({ commit: measured, command, loadAverage: loadavg(), ...report });
      if (given.save) await save(reports.at(-1));
      if (!given.json) process.stdout.write(`${inPage.tables}\n\n${table}\n\n`);
    }
    const [first, ...others] = reports;
    if (given.json)
      process.stdout.write(`${JSON.stringify(others.length > 0 ? { ...first, others } : first)}\n`);
  } finally {
    await browser.close();
    await server.close();
  }
}

await main().catch(error => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
