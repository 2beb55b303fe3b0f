import { AxeBuilder } from '@axe-core/playwright';
import { brokenZip, ck48Files, utf8, zipOf } from '../fixtures/archives';
import { expect, open, test, zip } from './app';

test('one click gives a moving chart: sample faces, training, rows in the table', async ({ app }) => {
  await open(app);
  await app
    .getByRole('button', { name: /try it now|start/i })
    .first()
    .click();
  await expect
    .poll(
      () =>
        app.evaluate(async () => (await window.seesaw.history('run-1').catch(() => null))?.step.length ?? 0),
      {
        timeout: 60_000,
      },
    )
    .toBeGreaterThan(2);
  await app.evaluate(() => window.seesaw.stop());
});

test('the page works with the keyboard alone: space pauses, dot steps, question mark lists, Escape closes', async ({
  app,
}) => {
  await open(app, 'dataset=sample-expression&methods=equal&faces.identities=4');
  await app.getByRole('button', { name: 'Train', exact: true }).focus();
  await app.keyboard.press('Enter');
  const length = () =>
    app.evaluate(async () => (await window.seesaw.history('run-1').catch(() => null))?.step.length ?? 0);
  await expect.poll(length, { timeout: 60_000 }).toBeGreaterThan(1);
  await app.locator('body').focus();
  await app.keyboard.press('Space');
  await expect(app.getByRole('button', { name: 'Resume' }).first()).toBeVisible();
  // Steps that were under way are still being read back. A second pause does no harm, and resolves when they have been read.
  await app.evaluate(() => window.seesaw.pause());
  const paused = await length();
  await app.keyboard.press('.');
  await expect.poll(length).toBe(paused + 1);
  await app.keyboard.press('?');
  const dialog = app.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await app.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await app.evaluate(() => window.seesaw.stop());
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`axe finds nothing serious and nothing overflows at ${width} px, ${colorScheme}`, async ({
      app,
    }) => {
      await app.emulateMedia({ colorScheme });
      await app.setViewportSize({ width, height: 844 });
      // Axe checks only the page, so this uses WebAssembly, which has no shaders to compile.
      await open(app, 'dataset=sample-expression&methods=dynamic,naive&steps=2&backend=wasm');
      const check = async (state: string) => {
        const { violations } = await new AxeBuilder({ page: app }).analyze();
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        expect(
          serious.map(({ id, nodes }) => `${id}: ${nodes.map(n => n.html).join(' ')}`),
          state,
        ).toEqual([]);
        const overflow = await app.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, `${state}: horizontal overflow in px`).toBeLessThanOrEqual(0);
      };
      await check('dataset open');
      await app.getByText('All options').click();
      await app.getByRole('button', { name: 'Explain the options' }).click();
      await app.getByRole('button', { name: 'Explain the methods' }).click();
      await check('all options, explained');
      const files = app.getByLabel('Dataset files');
      const data = app.getByRole('region', { name: 'Data' });
      await files.setInputFiles(zip('bad.zip', await brokenZip()));
      await expect(data.getByRole('alert')).toBeVisible();
      await check('error');
      const faces = await ck48Files({ subjects: 6, sequencesPerSubject: 2 });
      const mixed = await zipOf([...faces, ['CK+48/readme.txt', utf8('no image')]]);
      await files.setInputFiles(zip('mixed.zip', mixed));
      const skipped = data.locator('.skipped');
      await skipped.locator('summary').first().click();
      await skipped.locator('details summary').click();
      await expect(skipped.getByText('readme.txt')).toBeVisible();
      await check('skipped list');
      await app.evaluate(async () => {
        const [run] = await window.seesaw.startRuns({ steps: 2, evaluateEvery: 0 }, ['dynamic']);
        if (run) await window.seesaw.waitForStep(run.id, 2);
      });
      await check('run finished');
    });
  }
}

test('an option keeps the focus when Enter takes its value, and follows a reset', async ({ app }) => {
  await open(app, 'steps=42');
  const steps = app.getByLabel('Steps', { exact: true });
  await steps.fill('0123');
  await steps.press('Enter');
  await expect(steps).toBeFocused();
  await expect(steps).toHaveValue('123');
  await app.getByRole('button', { name: 'Reset' }).click();
  await expect(steps).toHaveValue('300');
});

test('arrow keys tell who is on the contact sheet', async ({ app }) => {
  await open(app, 'dataset=sample-expression&faces.identities=4');
  const sheet = app.getByRole('slider', { name: 'Samples of the dataset' });
  await sheet.focus();
  const first = await sheet.getAttribute('aria-valuetext');
  await app.keyboard.press('End');
  await expect(sheet).toHaveAttribute('aria-valuenow', '48');
  const last = await sheet.getAttribute('aria-valuetext');
  expect(last).not.toBe(first);
  await expect(app.locator('.sheet figcaption')).toHaveText(last ?? '');
});

test('on a phone pause and stop stay in reach while the stage is in view; removing a run asks first', async ({
  app,
}) => {
  await app.setViewportSize({ width: 390, height: 844 });
  await open(app, 'backend=cpu&dataset=sample-expression&faces.identities=4');
  await app.evaluate(async () => {
    const [run] = await window.seesaw.startRuns({ steps: 9, batchSize: 8, evaluateEvery: 0 }, ['equal']);
    if (run) await window.seesaw.waitForStep(run.id, 1);
    await window.seesaw.pause();
  });
  await app.getByRole('region', { name: 'Take home' }).scrollIntoViewIfNeeded();
  await expect(app.getByRole('button', { name: 'Resume', exact: true })).toBeInViewport({ ratio: 1 });
  const stop = app.getByRole('button', { name: 'Stop', exact: true });
  await expect(stop).toBeInViewport({ ratio: 1 });
  await stop.click();
  await expect(app.getByRole('button', { name: 'Train', exact: true })).toBeVisible();

  await app.getByRole('button', { name: /^Actions for/ }).click();
  const remove = app.getByRole('button', { name: 'Remove' });
  await remove.press('Enter');
  await expect(app.getByRole('button', { name: 'No', exact: true })).toBeFocused();
  await app.keyboard.press('Escape');
  await expect(remove).toBeFocused();
  await remove.press('Enter');
  await app.getByRole('button', { name: 'Yes', exact: true }).click();
  await expect(app.getByRole('button', { name: /^Actions for/ })).toHaveCount(0);
});

test('without WebGPU a large network cannot be started, and the page says which can', async ({ app }) => {
  await open(app, 'backend=cpu&dataset=sample-expression&faces.identities=4&preset=paper');
  const train = app.getByRole('button', { name: 'Train', exact: true });
  await expect(train).toBeDisabled();
  await expect(train).toHaveAccessibleDescription(/Paper is too large.*CPU.*Tiny/);
  await app.getByLabel('Network').selectOption('tiny');
  await expect(train).toBeEnabled();
});

test('a bad hash says which keys it ignored and uses the rest', async ({ app }) => {
  await open(app, 'seed=7&steps=-3&sedd=1&preset=tiny');
  const note = app.getByRole('status').filter({ hasText: 'sedd' });
  await expect(note).toContainText('steps');
  await expect(app.getByLabel('Seed')).toHaveValue('7');
});

test('everything that makes a run is in the hash', async ({ app }) => {
  await open(app);
  await app.evaluate(() => window.seesaw.openDataset('sample-caricature', { identities: 16 }));
  await app.getByLabel('Steps', { exact: true }).fill('123');
  await app.getByLabel('Steps', { exact: true }).blur();
  await expect.poll(() => new URL(app.url()).hash).toContain('steps=123');
  expect(new URL(app.url()).hash).toContain('dataset=sample-caricature');
  expect(new URL(app.url()).hash).toContain('faces.identities=16');
});

test('the server and the page forbid every other origin', async ({ app, request }) => {
  const response = await request.get('/');
  expect(response.headers()['content-security-policy']).toContain("default-src 'none'");
  expect(await response.text()).toContain('http-equiv="Content-Security-Policy"');
  await open(app);
  const blocked = await app.evaluate(
    () =>
      new Promise<string>(resolve => {
        document.addEventListener('securitypolicyviolation', event => resolve(event.violatedDirective), {
          once: true,
        });
        fetch('https://example.org/').catch(() => undefined);
      }),
  );
  expect(blocked).toBe('connect-src');
});

for (const [backend, label] of [
  ['wasm', 'WebAssembly'],
  ['webgl', 'WebGL'],
  ['cpu', 'CPU'],
] as const) {
  test(`without WebGPU the ${backend} backend trains the tiny preset, and the badge names it`, async ({
    app,
  }) => {
    await open(app, `backend=${backend}&dataset=sample-expression&faces.identities=4`);
    const steps = await app.evaluate(async () => {
      const [run] = await window.seesaw.startRuns({ steps: 2, batchSize: 8, evaluateEvery: 0 }, ['dynamic']);
      if (!run) throw new Error('no run');
      return (await window.seesaw.waitForStep(run.id, 2)).step;
    });
    expect(steps).toBe(2);
    await expect(app.locator('.device').getByText(label, { exact: true }).first()).toBeVisible();
  });
}
