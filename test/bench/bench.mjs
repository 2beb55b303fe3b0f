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
  --quick           the reference case alone, for a short time, and two of its layers
  --preset <id> --batch <images> --size <px> --width <multiplier> --layers <count>
                    another case
  --seconds <s>     how long the steps are measured
  --rehearse        lets bench:gpu run on an adapter in software, for example Mesa's lavapipe
  --save            keeps each case in test/bench/results, named after adapter and sizes
`;

const { values: given } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    gpu: { type: 'boolean', default: false },
    rehearse: { type: 'boolean', default: false },
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
const seconds = given.seconds ?? (given.gpu ? 20 : given.quick ? 20 : 120);

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
  if (given.quick) return [{ layers: 2, ...chosen }];
  if (Object.keys(chosen).length > 0) return [chosen];
  const tiny = { preset: 'tiny', batch: 48, layers: 0 };
  // One core would need minutes for a few of the paper's steps.
  const variants = ['stock', 'convolutions', 'eager', 'replay', 'webgl'];
  const paper = [32, 90].map(batch => ({ preset: 'paper', batch, variants }));
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
  // The page itself would choose WebAssembly where the adapter computes on the CPU.
  await page.goto(`${url}#backend=webgpu`);
  await page.waitForFunction(() => window.seesaw !== undefined);
  const device = await page.evaluate(() => window.seesaw.ready);
  const software = !given.rehearse && /swiftshader|llvmpipe|software/i.test(device.adapter);
  if (given.gpu && (device.backend !== 'webgpu' || software)) {
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

/** PyTorch in turns with the page: both on one core, and on request both on the GPU. */
async function addPytorch(page, options, report) {
  const measured = { wasm: ['--cpu', '--threads', '1'], ...(given.gpu ? { replay: [] } : {}) };
  const ours = { wasm: 'our step on WebAssembly, one thread', replay: 'our step, replayed on WebGPU' };
  const pytorch = {};
  for (const [id, flags] of Object.entries(measured)) {
    if (options.variants && !options.variants.includes(id)) continue;
    say(`  PyTorch in turns with ${ours[id]}`);
    pytorch[id] = await besidePytorch(report.sizes, flags, async seconds => {
      const alone = { ...options, seconds, variants: [id], layers: 0 };
      const { [id]: cost } = await page.evaluate(options => window.seesaw.benchmark(options), alone);
      if (cost.failed) throw new Error(cost.failed);
      return cost.stepMs;
    });
  }
  const { wasm, replay } = pytorch;
  const ratios = {
    ...{ ...report.ratios, wasmOverTorch: wasm?.ratio ?? null },
    ...(given.gpu ? { replayOverTorch: replay?.ratio ?? null } : {}),
  };
  const results = Object.entries(pytorch);
  return {
    report: { ...report, pytorch, ratios },
    tables: results.map(([id, result]) => pytorchTable(result, report.sizes, ours[id])).join('\n\n'),
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
      const { report, tables } = await addPytorch(page, options, inPage.report);
      const command = `node test/bench/bench.mjs ${process.argv.slice(2).join(' ')}`.trim();
      reports.push({ commit: measured, command, loadAverage: loadavg(), ...report });
      if (given.save) await save(reports.at(-1));
      if (!given.json) process.stdout.write(`${inPage.tables}\n\n${tables}\n\n`);
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
