import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { chromiumFlags, findChromium } from './test/chromium.mjs';
import { wasmKernels } from './workers/wasm/build/plugin.ts';

/** Nothing leaves the machine: the browser itself refuses every request to another origin. */
const contentSecurityPolicy = [
  "default-src 'none'",
  // WebAssembly is compiled from the page's own script.
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self' blob: data:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** A worker takes the policy of its own response, so static hosts need the header too: `dist/_headers`. */
const policy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
      injectTo: 'head-prepend',
    },
  ],
  generateBundle() {
    this.emitFile({
      type: 'asset',
      fileName: '_headers',
      source: `/*\n${Object.entries(headers)
        .map(([name, value]) => `  ${name}: ${value}\n`)
        .join('')}`,
    });
  },
};

/** Together they isolate the page from others, and only then may its threads share memory. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
const headers = { 'Content-Security-Policy': contentSecurityPolicy, ...isolation };

export default defineConfig({
  base: './',
  plugins: [react(), policy, wasmKernels()],
  worker: { format: 'es', plugins: () => [wasmKernels()] },
  build: { target: 'es2023', chunkSizeWarningLimit: 1000 },
  server: { headers: isolation },
  preview: { port: 4173, headers },
  test: {
    projects: [
      {
        extends: true,
        // Some tests train in plain JavaScript, and machines differ.
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 30_000,
          // tfjs's modules are ES modules under names that Node itself cannot resolve.
          server: { deps: { inline: [/@tensorflow/] } },
        },
      },
      {
        extends: true,
        // Drives browsers from Node.
        test: { name: 'browsers', environment: 'node', include: ['test/browsers/*.test.ts'] },
      },
      {
        extends: true,
        optimizeDeps: {
          // Found late, a dependency makes Vite reload the page in the middle of a test.
          entries: ['workers/tf/*.ts'],
          include: ['@zip.js/zip.js', '@zip.js/zip.js/lib/zip-core-custom.js', 'client-zip'],
        },
        test: {
          name: 'gpu',
          include: ['test/gpu/**/*.gpu.test.ts'],
          testTimeout: 120_000,
          // npm names the script that runs.
          provide: { leakSteps: process.env.npm_lifecycle_event === 'leaks' ? 10_000 : 300 },
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: findChromium() ?? 'chromium', args: chromiumFlags },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
