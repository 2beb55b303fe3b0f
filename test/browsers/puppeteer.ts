/** @file Drives Chromium and Firefox by WebDriver BiDi. */
import puppeteer, { type LaunchOptions } from 'puppeteer-core';
import { chromiumFlags, findChromium } from '../chromium.mjs';
import { type Driver, longestCallMs, windowSize } from './driver';
import { findFirefox } from './programs.mjs';

async function launch(options: LaunchOptions): Promise<Driver> {
  const browser = await puppeteer.launch({
    headless: true,
    defaultViewport: windowSize,
    protocol: 'webDriverBiDi',
    protocolTimeout: longestCallMs,
    ...options,
  });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(String(error)));
  page.on('console', message => {
    if (message.type() === 'error') errors.push(message.text());
  });
  // The page asks before one leaves it with runs that are not over. WebDriver's classic protocol accepts this by itself.
  page.on('dialog', dialog => void dialog.accept());
  return {
    // Chromium adds the hash of its commit to the version.
    version: (await browser.version()).replace(/\/@.*/, ''),
    async open(url) {
      // A navigation that changes the hash alone loads nothing.
      await page.goto('about:blank');
      await page.goto(url);
    },
    // puppeteer's own type unwraps handles, which no argument here is.
    evaluate: (body, ...args) =>
      page.evaluate(body as unknown as (...values: unknown[]) => unknown, ...args) as Promise<never>,
    click: xpath => page.locator(`::-p-xpath(${xpath})`).click(),
    async upload(xpath, path) {
      const input = await page.$(`::-p-xpath(${xpath})`);
      if (!input) throw new Error(`the page has no ${xpath}`);
      await (await input.toElement('input')).uploadFile(path);
    },
    screenshot: () => page.screenshot(),
    errors: () => errors,
    close: () => browser.close(),
  };
}

const firefoxOptions = (prefs: Record<string, unknown>): LaunchOptions => ({
  browser: 'firefox',
  executablePath: findFirefox() ?? 'firefox',
  extraPrefsFirefox: prefs,
});

export const chromium = () => launch({ executablePath: findChromium() ?? 'chromium', args: chromiumFlags });
export const firefox = () => launch(firefoxOptions({}));
/** With WebGPU, which Firefox keeps off on Linux, and with drivers that it does not trust, as Lavapipe. */
export const firefoxWebGpu = () =>
  launch(firefoxOptions({ 'dom.webgpu.enabled': true, 'gfx.webgpu.ignore-blocklist': true }));
