/** @file Drives WebKitGTK by WebDriver. It runs in a virtual display, because it has no headless mode. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { Builder, By, Capabilities } from 'selenium-webdriver';
import { type Driver, longestCallMs, windowSize } from './driver';
import { findWebKitDriver, findXvfbRun } from './programs.mjs';

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** Starts WebKitWebDriver in a virtual display. Resolves when it answers. */
async function startServer(): Promise<{ url: string; stop: () => void }> {
  const port = await freePort();
  const { width, height } = windowSize;
  const server = spawn(
    findXvfbRun() ?? 'xvfb-run',
    [
      ...['-a', '-s', `-screen 0 ${width}x${height}x24`],
      ...[findWebKitDriver() ?? 'WebKitWebDriver', `--port=${port}`],
    ],
    // The server gets its own process group, so that the display and the browser end with it.
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  let failure: Error | null = null;
  server.stderr.on('data', text => {
    said += text;
  });
  server.once('error', error => {
    failure = error;
  });
  const stop = () => {
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid);
  };
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 30_000;
  while (!(await fetch(`${url}/status`).catch(() => null))?.ok) {
    if (failure) throw failure;
    if (server.exitCode !== null || Date.now() > deadline) {
      stop();
      throw new Error(`WebKitWebDriver does not answer. It said: ${said}`);
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  return { url, stop };
}

/** A script of this protocol cannot return a promise, so it calls back with the value or with the text of the error. */
const asScript = (body: (...args: never[]) => unknown) => `
  const args = [...arguments], done = args.pop();
  Promise.resolve(args).then(given => (${body})(...given)).then(
    value => done({ value }),
    error => done({ error: String(error) }),
  );`;

export async function webkit(): Promise<Driver> {
  const server = await startServer();
  try {
    const browser = await new Builder()
      .usingServer(server.url)
      .withCapabilities(new Capabilities({ browserName: 'MiniBrowser' }))
      .build();
    await browser.manage().setTimeouts({ script: longestCallMs });
    await browser
      .manage()
      .window()
      .setRect({ x: 0, y: 0, ...windowSize });
    const capabilities = await browser.getCapabilities();
    const find = (xpath: string) => browser.findElement(By.xpath(xpath));
    return {
      version: `WebKitGTK/${capabilities.get('browserVersion')}`,
      async open(url) {
        await browser.get('about:blank');
        await browser.get(url);
      },
      async evaluate(body, ...args) {
        const answer = (await browser.executeAsyncScript(asScript(body), ...args)) as
          | { value: never }
          | { error: string };
        if ('error' in answer) throw new Error(answer.error);
        return answer.value;
      },
      click: async xpath => (await find(xpath)).click(),
      upload: async (xpath, path) => (await find(xpath)).sendKeys(path),
      screenshot: async () => Buffer.from(await browser.takeScreenshot(), 'base64'),
      errors: () => [],
      async close() {
        await browser.quit().finally(server.stop);
      },
    };
  } catch (error) {
    server.stop();
    throw error;
  }
}
