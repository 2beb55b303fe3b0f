import { AxeBuilder } from '@axe-core/playwright';
import { expect, open, test } from './app';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

test('the benchmark refuses to run beside training, then fills a table that can be copied', async ({
  app,
}) => {
  await open(app, 'dataset=sample-expression&faces.identities=4');
  await app.evaluate(async () => {
    const [run] = await window.seesaw.startRuns({ steps: 100_000, batchSize: 4, evaluateEvery: 0 }, [
      'equal',
    ]);
    if (run) await window.seesaw.waitForStep(run.id, 1);
  });
  await app.getByRole('button', { name: 'Benchmark this device' }).click();
  const dialog = app.getByRole('dialog', { name: 'Benchmark this device' });
  await dialog.getByRole('button', { name: 'Start' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Training is running');
  await app.evaluate(() => window.seesaw.stop());
  await dialog.getByRole('button', { name: 'Dismiss' }).click();

  const report = await app.evaluate(() =>
    window.seesaw.benchmark({ preset: 'tiny', batch: 2, size: 16, seconds: 0, layers: 1 }),
  );
  expect(report).toMatchObject({
    sizes: { preset: 'tiny', batch: 2, inputSize: 16 },
    replay: { submits: 1 },
  });
  const { stock, convolutions, eager, replay, wasm, webgl, layers } = report;
  expect(wasm).toMatchObject({ dispatches: null, submits: null, matmulShare: null, copyShare: null });
  for (const cost of [stock, convolutions, eager, replay, wasm, webgl]) {
    if ('failed' in cost) throw new Error(cost.failed);
    expect(cost.stepMs).toBeGreaterThanOrEqual(cost.jsMs);
    expect(cost.bytes).toBeGreaterThan(100_000);
  }
  expect(layers.map(({ direction }) => direction)).toEqual(['forward', 'inputGradient', 'weightGradient']);
  for (const { ms } of layers)
    expect(Object.values(ms).every(value => typeof value === 'number' && value > 0)).toBe(true);

  const steps = dialog.getByRole('table').first();
  await expect(steps.getByRole('row')).toHaveCount(7);
  await app.setViewportSize({ width: 390, height: 844 });
  // The charts behind the dialog change to the new width of the window a moment later.
  await expect
    .poll(() => app.evaluate(() => document.documentElement.scrollWidth - innerWidth))
    .toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page: app }).include('dialog[open]').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await dialog.getByRole('button', { name: 'Copy as Markdown' }).click();
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible();
  const copied = await app.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('| + replay');
  expect(copied).toBe(await app.evaluate(report => window.seesaw.benchmarkTables(report), report));
});

test('where there is no WebGPU the benchmark measures the rest', async ({ app }) => {
  // A worker has a navigator of its own.
  await app.context().route(/\/bench\.worker-/, async route => {
    const response = await route.fetch();
    const without = "Object.defineProperty(navigator, 'gpu', { value: undefined });";
    await route.fulfill({ response, body: without + (await response.text()) });
  });
  await open(app, 'backend=wasm');
  await app.getByRole('button', { name: 'Benchmark this device' }).click();
  const dialog = app.getByRole('dialog', { name: 'Benchmark this device' });
  const report = await app.evaluate(() =>
    window.seesaw.benchmark({ preset: 'tiny', batch: 2, size: 16, seconds: 0, layers: 1 }),
  );
  expect(report).toMatchObject({ adapter: null, ceilings: null, layers: [] });
  expect(report.replay).toEqual({ failed: expect.stringContaining('It needs WebGPU') });
  expect(report.wasm).toMatchObject({ stepMs: expect.any(Number) });
  expect(report.ratios.webglOverWasm).toBeGreaterThan(0);
  await expect(dialog.getByRole('table')).toHaveCount(1);
  await expect(dialog.getByText('No WebGPU;')).toBeVisible();
});

test('a benchmark can be cancelled, and is no error then', async ({ app }) => {
  await open(app);
  await app.getByRole('button', { name: 'Benchmark this device' }).click();
  const dialog = app.getByRole('dialog', { name: 'Benchmark this device' });
  await dialog.getByRole('button', { name: 'Start' }).click();
  await expect(dialog.getByRole('progressbar')).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog.getByRole('button', { name: 'Start' })).toBeEnabled();
  await expect(dialog.getByRole('alert')).toHaveCount(0);
});
