/** @file `npm run browsers`: the built page in three engines, and in Firefox once more with its WebGPU. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdownTable } from 'markdown-table';
import { type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeviceInfo } from '../../workers/protocol/device';
import type { Driver } from './driver';
import { chromium, firefox, firefoxWebGpu } from './puppeteer';
import { type Figures, scenario } from './scenario';
import { webkit } from './webkit';

interface Engine {
  start: () => Promise<Driver>;
  /** The hash of the address. */
  address?: string;
  expectDevice: (device: DeviceInfo) => void;
}

/** WebAssembly, and the reason, which names what a visitor can do. */
const onWasm =
  (reason: string) =>
  ({ backend, why }: DeviceInfo) => {
    expect(backend).toBe('wasm');
    expect(why).toContain(reason);
  };

const engines: Record<string, Engine> = {
  chromium: { start: chromium, expectDevice: onWasm('computes on the CPU') },
  firefox: { start: firefox, expectDevice: onWasm('set dom.webgpu.enabled to true') },
  'firefox-webgpu': {
    start: firefoxWebGpu,
    address: 'backend=webgpu',
    expectDevice: ({ backend, why }) => expect({ backend, why }).toEqual({ backend: 'webgpu', why: null }),
  },
  webkit: { start: webkit, expectDevice: onWasm('On Linux, WebKit has none') },
};

const screenshots = fileURLToPath(new URL('../../test-results/browsers/', import.meta.url));
const rows: (Figures & { version: string })[] = [];
let server: PreviewServer;
let url = '';

beforeAll(async () => {
  await mkdir(screenshots, { recursive: true });
  // Any free port: browsers refuse some of the low ones.
  server = await preview({ logLevel: 'error', preview: { port: 0 } });
  url = server.resolvedUrls?.local[0] ?? '';
});

afterAll(async () => {
  await server.close();
  const table = markdownTable(
    [
      ['engine', 'backend', 'steps', 'ms a step', 'swap at step'],
      ...rows.map(({ version, backend, steps, stepMs, swap }) => [
        ...[version, backend, String(steps), stepMs.toFixed(1), String(swap)],
      ]),
    ],
    { align: ['', '', 'r', 'r', 'r'] },
  );
  process.stdout.write(`\n${table}\n\nScreenshots: ${screenshots}\n`);
});

test.each(Object.entries(engines))(
  '%s: sample faces, the swap, weights out and in again, a zip',
  { timeout: 1_800_000 },
  async (id, { start, address = '', expectDevice }) => {
    const driver = await start();
    const look = async () => writeFile(join(screenshots, `${id}.png`), await driver.screenshot());
    try {
      rows.push({ version: driver.version, ...(await scenario(driver, url, address, expectDevice, look)) });
    } catch (error) {
      await look();
      throw error;
    } finally {
      await driver.close();
    }
  },
);
