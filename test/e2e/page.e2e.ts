import { AxeBuilder } from '@axe-core/playwright';
import { expect, open, test } from './app';

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
      await open(app, 'dataset=sample-expression&methods=dynamic,naive&steps=2');
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
      await app.evaluate(async () => {
        const [run] = await window.seesaw.startRuns({ steps: 2, evaluateEvery: 0 }, ['dynamic']);
        if (run) await window.seesaw.waitForStep(run.id, 2);
      });
      await check('run finished');
    });
  }
}

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

for (const backend of ['webgl', 'cpu'] as const) {
  test(`without WebGPU the ${backend} backend trains the tiny preset and the page says what that costs`, async ({
    app,
  }) => {
    await open(app, `backend=${backend}&dataset=sample-expression&faces.identities=4`);
    const steps = await app.evaluate(async () => {
      const [run] = await window.seesaw.startRuns({ steps: 2, batchSize: 8, evaluateEvery: 0 }, ['dynamic']);
      if (!run) throw new Error('no run');
      return (await window.seesaw.waitForStep(run.id, 2)).step;
    });
    expect(steps).toBe(2);
    await expect(app.getByText(new RegExp(backend, 'i')).first()).toBeVisible();
  });
}
