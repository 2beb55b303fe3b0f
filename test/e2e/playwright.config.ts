import { defineConfig } from '@playwright/test';
import { chromiumFlags, findChromium } from '../chromium.mjs';

const port = 4174;

export default defineConfig({
  testDir: '.',
  testMatch: '*.e2e.ts',
  outputDir: '../../test-results',
  // SwiftShader uses all cores, so tests that run at the same time would only slow each other down.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://localhost:${port}`,
    actionTimeout: 20_000,
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath: findChromium() ?? 'chromium', args: chromiumFlags },
  },
  webServer: {
    command: `npx vite preview --port ${port} --strictPort`,
    cwd: '../..',
    port,
    reuseExistingServer: false,
  },
});
