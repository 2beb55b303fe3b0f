import { expect, open, test } from './app';

test('the badge switches to another backend, which trains, and back to the automatic choice', async ({
  app,
}) => {
  await open(app, 'backend=wasm&dataset=sample-expression&faces.identities=4');
  const badge = app.locator('.device summary');
  const choice = (name: RegExp) => app.getByRole('group', { name: 'Train on' }).getByRole('button', { name });
  const loaded = async () => {
    await app.waitForFunction(() => window.seesaw !== undefined);
    return app.evaluate(async () => (await window.seesaw.ready).backend);
  };
  await expect(badge).toContainText('WebAssembly');
  await expect(app.locator('.transport')).toContainText(/About .* images\/s: 300 steps of 2 runs in/);
  await badge.press('Enter');
  await expect(choice(/^WebAssembly runs now/)).toHaveAttribute('aria-pressed', 'true');
  await app.keyboard.press('Escape');
  await expect(choice(/^CPU/)).toBeHidden();
  await expect(badge).toBeFocused();

  await badge.click();
  await Promise.all([app.waitForEvent('load'), choice(/^CPU/).click()]);
  expect(await loaded()).toBe('cpu');
  expect(new URL(app.url()).hash).toMatch(/faces\.identities=4.*backend=cpu/);
  await expect(badge).toContainText('CPU');
  const trained = await app.evaluate(async () => {
    const [run] = await window.seesaw.startRuns({ steps: 2, batchSize: 8, evaluateEvery: 0 }, ['dynamic']);
    if (!run) throw new Error('a run expected');
    return (await window.seesaw.waitForStep(run.id, 2)).step;
  });
  expect(trained).toBe(2);

  // Now a reload would lose steps: the page asks first, and stays if told to.
  await badge.click();
  await choice(/^Automatic/).click();
  await expect(app.getByRole('button', { name: 'Stay' })).toBeFocused();
  await app.keyboard.press('Escape');
  await expect(choice(/^Automatic/)).toBeFocused();
  await choice(/^Automatic/).press('Enter');
  const switches = app.getByRole('button', { name: 'Switch to Automatic' });
  await Promise.all([app.waitForEvent('load'), switches.click()]);
  await loaded();
  expect(new URL(app.url()).hash).not.toContain('backend=');
});
