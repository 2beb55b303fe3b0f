/** @file Draws the README's pictures from a real run of the built app: 300 steps on the sample faces, proposed and naive. */
import { expect, open, test } from './app';

test('pictures', async ({ app }) => {
  await app.setViewportSize({ width: 1440, height: 1180 });
  await open(app, 'dataset=sample-expression&preset=tiny&methods=dynamic,naive&seed=1&evaluateEvery=0');
  await app.evaluate(async () => {
    const runs = await window.seesaw.startRuns({ preset: 'tiny', seed: 1, evaluateEvery: 0 }, [
      'dynamic',
      'naive',
    ]);
    for (const run of runs) await window.seesaw.waitForStep(run.id, 300);
  });
  await expect(app.getByText('finished', { exact: true })).toHaveCount(2, { timeout: 120_000 });
  await app.screenshot({ path: 'public/pictures/page.png' });
  await app.getByRole('radio', { name: 'Side by side' }).check();
  await app.locator('.charts').screenshot({ path: 'public/pictures/charts.png' });
});
