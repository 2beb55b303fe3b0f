import { expect, test } from 'vitest';

test('Chromium gives a WebGPU adapter', async () => {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter)
    throw new Error('no WebGPU adapter: GPU tests need Chromium with --enable-unsafe-webgpu (see README)');
  expect(adapter.limits.maxStorageBufferBindingSize).toBeGreaterThanOrEqual(128 * 2 ** 20);
});
