/**
 * @file Pictures to look at, of runs with two, three, four and six tasks: at three widths, light and dark. They are left in
 * `test-results/gallery`. `npm run pictures -- gallery` draws these alone.
 */
import { labelledZip } from '../fixtures/archives';
import { expect, open, test, zip } from './app';

const folder = 'test-results/gallery';
const chosen = {
  2: 'identity!,expression',
  3: 'identity!,expression,age',
  4: 'identity!,expression,age,glasses',
  6: 'identity!,expression,age,glasses,identity@glasses:yes,expression@age:old',
};
const widths = [1440, 1920, 390];

for (const [count, tasks] of Object.entries(chosen))
  test(`gallery: ${count} tasks`, async ({ app }) => {
    await open(app, `system=custom&tasks=${tasks}&methods=dynamic,naive&backend=wasm`);
    await app.getByLabel('Dataset files').setInputFiles(zip('labelled.zip', await labelledZip()));
    await expect(app.getByRole('heading', { name: 'labelled' })).toBeVisible();
    await app.evaluate(async list => {
      const config = { system: 'custom', tasks: list, steps: 60, batchSize: 4, evaluateEvery: 0 };
      const runs = await window.seesaw.startRuns(config, ['dynamic', 'naive']);
      for (const { id } of runs) await window.seesaw.waitForStep(id, 5);
      await window.seesaw.pause();
      for (const { id } of runs) await window.seesaw.evaluate(id);
    }, tasks);
    for (const colorScheme of ['light', 'dark'] as const) {
      await app.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const width of widths) {
        await app.setViewportSize({ width, height: width < 500 ? 844 : 1080 });
        await expect
          .poll(() => app.evaluate(() => document.documentElement.scrollWidth), { message: 'page width' })
          .toBeLessThanOrEqual(width);
        const table = app.getByRole('region', { name: 'Runs, scrollable' });
        if (width >= 1440)
          expect(await table.evaluate(box => box.scrollWidth - box.clientWidth), 'table too wide by').toBe(0);
        const name = `${folder}/${count}-tasks-${width}-${colorScheme}`;
        await app.screenshot({ path: `${name}.png` });
        for (const part of ['seesaws', 'runs', 'task-picker'])
          await app.locator(`.${part}`).screenshot({ path: `${name}-${part}.png` });
      }
    }
  });
