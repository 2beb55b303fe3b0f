/** Tasks of one's own: chosen on the page from a manifest's label columns, trained, and resumed from a checkpoint. */
import { labelledZip } from '../fixtures/archives';
import { expect, open, test, zip } from './app';

test('four tasks are chosen from a manifest’s columns, train ten steps, and go on from a checkpoint', async ({
  app,
}) => {
  await open(app, 'backend=wasm');
  await app.getByLabel('Dataset files').setInputFiles(zip('labelled.zip', await labelledZip()));
  const train = app.getByRole('region', { name: 'Train' });
  await train.getByRole('combobox', { name: 'Tasks' }).selectOption('custom');
  const picker = train.getByRole('group', { name: /Your tasks/ });
  await picker.getByRole('button', { name: 'Add a task' }).click();
  await expect(picker.getByLabel('Label that task 3 learns')).toHaveValue('age');
  await picker.getByRole('button', { name: 'Add a task' }).click();
  await picker.getByLabel('Label that task 4 learns').selectOption('identity');
  await picker.getByLabel(/^Images that Identity \(/).selectOption('glasses:yes');
  await expect(app).toHaveURL(/tasks=identity!,expression,age,identity@glasses:yes/);

  const ids = ['identity', 'expression', 'age', 'identity@glasses:yes'];
  const run = await app.evaluate(
    async tasks => {
      const config = { system: 'custom', tasks, steps: 20, batchSize: 8, evaluateEvery: 0 };
      const [first] = await window.seesaw.startRuns(config, ['dynamic']);
      if (!first) throw new Error('no run');
      await window.seesaw.waitForStep(first.id, 10);
      await window.seesaw.pause();
      await window.seesaw.saveCheckpoint(first.id, 'four tasks');
      return window.seesaw.history(first.id);
    },
    ids.join(',').replace('identity', 'identity!'),
  );
  expect(Object.keys(run.losses)).toEqual(ids);
  for (const losses of Object.values(run.losses)) expect(losses.some(Number.isFinite)).toBe(true);
  const card = app.getByRole('listitem', { name: /Dynamic \(proposed\)/ });
  await expect(card.locator('.seesawTask')).toHaveCount(4);

  const home = app.getByRole('region', { name: 'Take home' });
  await home.getByRole('button', { name: 'Resume' }).click();
  const cards = app.getByRole('listitem', { name: /Dynamic \(proposed\)/ });
  await expect(cards).toHaveCount(2);
  // The restored run goes on too: every run that is not over does one more step.
  const resumed = cards.last().locator('.seesaw-step b');
  const before = Number(await resumed.textContent());
  expect(before).toBeGreaterThanOrEqual(10);
  await app.evaluate(() => window.seesaw.step());
  await expect(resumed).toHaveText(String(before + 1));
});

test('tasks in the address that do not fit the dataset are named, with the reason, until the note is put away', async ({
  app,
}) => {
  await open(app, 'backend=wasm&system=custom&tasks=identity!,expression,hat,expression@age:ancient');
  await app.getByLabel('Dataset files').setInputFiles(zip('labelled.zip', await labelledZip()));
  const note = app.getByText('The tasks Hat and Expression (ancient) do not fit “labelled”');
  await expect(note).toContainText('The hat task has no labels.');
  await expect(note).toContainText('whose age is ancient; this has');
  await expect(app).toHaveURL(/system=custom(?!.*hat)/);
  const picker = app.getByRole('group', { name: 'Your tasks, 2 of at most 6' });
  await expect(picker.getByLabel('Label that task 1 learns')).toHaveValue('identity');
  await expect(picker.getByLabel('Label that task 2 learns')).toHaveValue('expression');
  await app.getByRole('button', { name: 'Dismiss' }).click();
  await expect(note).toHaveCount(0);
});
