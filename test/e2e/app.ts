/**
 * @file Every end-to-end test starts with this: the built app, and a page that fails the test on a console error or on a
 * request to another server.
 */
import { test as base, expect, type Page } from '@playwright/test';
import type { SeesawApi } from '../../src/scripting';

declare global {
  interface Window {
    seesaw: SeesawApi;
  }
}

export const test = base.extend<{ app: Page }>({
  app: async ({ page, context, baseURL }, use) => {
    const foreign: string[] = [];
    const errors: string[] = [];
    // Requests of workers are events of the context, not of the page.
    context.on('request', request => {
      const url = request.url();
      if (!url.startsWith(baseURL ?? '') && !/^(blob|data):/.test(url)) foreign.push(url);
    });
    page.on('pageerror', error => errors.push(String(error)));
    page.on('console', message => {
      // The one request that a test makes on purpose, to see it refused.
      if (message.type() === 'error' && !message.text().includes('https://example.org/'))
        errors.push(message.text());
    });
    await use(page);
    expect(foreign, 'requests that left the origin').toEqual([]);
    expect(errors, 'errors on the console').toEqual([]);
  },
});

export { expect };

/**
 * Opens the app with a URL hash and waits for the backend. It is WebGPU unless the hash says otherwise: the adapter here
 * computes on the CPU, so the page itself would choose WebAssembly.
 */
export async function open(page: Page, hash = ''): Promise<void> {
  const backend = /(^|&)backend=/.test(hash) ? '' : 'backend=webgpu';
  await page.goto(`/#${[backend, hash].filter(Boolean).join('&')}`);
  await page.waitForFunction(() => window.seesaw !== undefined);
  await page.evaluate(() => window.seesaw.ready);
}

export interface PickedFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}
export const zip = (name: string, bytes: Uint8Array): PickedFile => ({
  name,
  mimeType: 'application/zip',
  buffer: Buffer.from(bytes),
});
