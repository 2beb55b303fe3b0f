import { ck48Zip } from '../fixtures/archives';
import { expect, open, test, zip } from './app';

const config = { preset: 'tiny', seed: 1, steps: 300, batchSize: 24, evaluateEvery: 0 };

/** Opens the fixture through the file input, as a person would. */
async function openCk48(app: import('@playwright/test').Page): Promise<void> {
  await app
    .getByLabel('Dataset files')
    .setInputFiles(zip('ck48.zip', await ck48Zip({ subjects: 24, sequencesPerSubject: 5 })));
  await expect(app.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();
}

test('CK+48 zip → proposed and naive until the swap → export → reload → import → resume as if never stopped', async ({
  app,
}) => {
  test.setTimeout(400_000);
  await open(app);
  await openCk48(app);
  const [proposed, naive] = await app.evaluate(
    settings => window.seesaw.startRuns(settings, ['dynamic', 'naive']),
    config,
  );
  if (!proposed || !naive) throw new Error('two runs expected');

  const weights = (id: string) =>
    app.evaluate(async run => (await window.seesaw.history(run)).weights.identity ?? [], id);
  // The page calls it a swap when the other task has led for ten steps.
  const swapped = (identity: number[]) =>
    Math.max(...identity) > 0.55 && identity.length > 12 && identity.slice(-12).every(weight => weight < 0.5);
  await expect
    .poll(async () => swapped(await weights(proposed.id)), { timeout: 300_000, intervals: [1000] })
    .toBe(true);
  await app.evaluate(() => window.seesaw.pause());
  expect((await weights(naive.id)).at(-1), 'naive starves identity').toBeLessThan(0.3);

  for (const chart of ['weight', 'loss'])
    await expect(app.locator(`figure[data-chart="${chart}"] g[data-swap]`).first(), chart).toBeVisible();

  const saved = await app.evaluate(async id => {
    const { step, losses } = await window.seesaw.history(id);
    const blob = await window.seesaw.exportWeights(id, 'safetensors');
    return { steps: step.length, losses, bytes: [...new Uint8Array(await blob.arrayBuffer())] };
  }, proposed.id);
  // Record what an uninterrupted run does next.
  const whole = await app.evaluate(
    async ({ id, step }) => {
      await window.seesaw.step(id);
      await window.seesaw.step(id);
      await window.seesaw.waitForStep(id, step + 2);
      return window.seesaw.history(id);
    },
    { id: proposed.id, step: saved.steps },
  );

  await app.reload();
  await app.evaluate(() => window.seesaw.ready);
  const importIt = () =>
    app.evaluate(
      async bytes => window.seesaw.importWeights(new File([Uint8Array.from(bytes)], 'run.safetensors')),
      saved.bytes,
    );
  // The dataset of a zip is not kept: the page says which one to open.
  await expect(importIt()).rejects.toThrow(/ck48/i);
  await openCk48(app);
  const restored = await importIt();
  expect(restored.step).toBe(saved.steps);
  const resumed = await app.evaluate(
    async ({ id, step }) => {
      await window.seesaw.step(id);
      await window.seesaw.step(id);
      await window.seesaw.waitForStep(id, step + 2);
      return window.seesaw.history(id);
    },
    { id: restored.id, step: saved.steps },
  );
  expect(resumed.losses).toEqual(whole.losses);
  expect(resumed.weights).toEqual(whole.weights);
});

test('a checkpoint is saved, listed after a reload, renamed, resumed and deleted', async ({ app }) => {
  await open(app, 'dataset=sample-expression&faces.identities=4');
  await app.evaluate(async () => {
    const [run] = await window.seesaw.startRuns({ steps: 5, batchSize: 8, evaluateEvery: 0 }, ['dynamic']);
    if (!run) throw new Error('no run');
    await window.seesaw.waitForStep(run.id, 2);
    await window.seesaw.pause();
    await window.seesaw.saveCheckpoint(run.id, 'first try');
  });
  await app.reload();
  await app.evaluate(() => window.seesaw.ready);
  const home = app.getByRole('region', { name: 'Take home' });
  await expect(home.getByText('first try')).toBeVisible();
  await home.getByRole('button', { name: 'Rename' }).click();
  await home.getByLabel('New name of first try').fill('second try');
  await app.keyboard.press('Enter');
  await expect(home.getByText('second try')).toBeVisible();
  await home.getByRole('button', { name: 'Resume' }).click();
  await expect
    .poll(() =>
      app.evaluate(async () => (await window.seesaw.history('run-1').catch(() => null))?.step.length ?? 0),
    )
    .toBeGreaterThanOrEqual(2);
  await home.getByRole('button', { name: 'Delete' }).click();
  await home.getByRole('button', { name: 'Yes', exact: true }).click();
  await expect(home.getByText('second try')).toBeHidden();
});

test('foreign, truncated and ill-shaped weight files are refused by name; the running model goes on', async ({
  app,
}) => {
  await open(app, 'dataset=sample-expression&faces.identities=4');
  const outcome = await app.evaluate(async () => {
    const [run] = await window.seesaw.startRuns({ steps: 6, batchSize: 8, evaluateEvery: 0 }, ['equal']);
    if (!run) throw new Error('no run');
    await window.seesaw.waitForStep(run.id, 1);
    await window.seesaw.pause();
    const before = await window.seesaw.history(run.id);
    const good = new Uint8Array(
      await (await window.seesaw.exportWeights(run.id, 'safetensors')).arrayBuffer(),
    );
    const tryFile = (bytes: BlobPart, name: string) =>
      window.seesaw.importWeights(new File([bytes], name)).then(
        () => 'accepted',
        (error: Error) => error.message,
      );
    const headerLength = Number(new DataView(good.buffer).getBigUint64(0, true));
    const header = new TextDecoder().decode(good.subarray(8, 8 + headerLength));
    const poisoned = good.slice();
    new DataView(poisoned.buffer).setFloat32(8 + headerLength, Number.NaN, true);
    const reshaped = good.slice();
    reshaped.set(new TextEncoder().encode(header.replace('"shape":[3,3,3,8]', '"shape":[3,3,8,3]')), 8);
    return {
      foreign: await tryFile('hello', 'notes.txt'),
      truncated: await tryFile(good.slice(0, good.length - 1000), 'cut.safetensors'),
      nan: await tryFile(poisoned, 'nan.safetensors'),
      shape: await tryFile(reshaped, 'shape.safetensors'),
      runs: (await window.seesaw.history(run.id)).step.length === before.step.length,
    };
  });
  expect(outcome.foreign).toMatch(/safetensors/);
  expect(outcome.truncated).toMatch(/truncated|bytes/i);
  expect(outcome.nan).toMatch(/"trunk\/[^"]+".*(NaN|finite)/);
  expect(outcome.shape).toMatch(/\[3, 3, 8, 3\].*\[3, 3, 3, 8\]/);
  expect(outcome.runs).toBe(true);
});

test('the three-task system trains on sample caricatures', async ({ app }) => {
  await open(app, 'dataset=sample-caricature&faces.identities=6');
  const history = await app.evaluate(async () => {
    const [run] = await window.seesaw.startRuns(
      { system: 'caricature', steps: 3, batchSize: 16, evaluateEvery: 0 },
      ['dynamic'],
    );
    if (!run) throw new Error('no run');
    await window.seesaw.waitForStep(run.id, 3);
    return window.seesaw.history(run.id);
  });
  expect(Object.keys(history.losses).sort()).toEqual(['caricature', 'verification', 'visual']);
  for (const losses of Object.values(history.losses)) expect(losses.every(Number.isFinite)).toBe(true);
});

test('a batch whose buffers the adapter does not allow is refused, and one press takes the largest that fits', async ({
  app,
}) => {
  await open(app, 'dataset=sample-expression&faces.identities=4&preset=paper&batchSize=1024&methods=equal');
  const train = app.getByRole('button', { name: 'Train', exact: true });
  const use = app.getByRole('button', { name: /^Use batch \d+$/ });
  await expect(use).toBeVisible();
  await expect(train).toBeDisabled();
  const largest = /\d+/.exec((await use.textContent()) ?? '')?.[0] ?? '';
  await use.click();
  await expect(app.getByLabel('Batch size')).toHaveValue(largest);
  await expect(train).toBeEnabled();
  await expect(use).toBeHidden();
});
