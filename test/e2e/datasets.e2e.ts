import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  bombZip,
  brokenZip,
  caviZip,
  ck48Zip,
  encryptedZip,
  folderFiles,
  foldersZip,
  lyingZip,
  manifestZip,
  noImageZip,
  oneIdentityZip,
  undecodableZip,
} from '../fixtures/archives';
import { expect, open, test, zip } from './app';

test('a CK+48 zip opens with the counts of its folders', async ({ app }) => {
  await open(app);
  await app
    .getByLabel('Dataset files')
    .setInputFiles(zip('ck48.zip', await ck48Zip({ subjects: 20, sequencesPerSubject: 3 })));
  const data = app.getByRole('region', { name: 'Data' });
  await expect(data.getByText('180').first()).toBeVisible();
  await data.getByText('Counts and layout').click();
  await expect(data.getByRole('combobox')).toHaveValue('ck48');
  await expect(app.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();
});

test('the other layouts open too, by script', async ({ app }) => {
  await open(app);
  const zips = {
    cavi: await caviZip({ people: 4, each: 2 }),
    manifest: await manifestZip(),
    folders: await foldersZip(),
  };
  for (const [layout, bytes] of Object.entries(zips)) {
    const opened = await app.evaluate(
      async ({ name, data }) => window.seesaw.openDataset([new File([Uint8Array.from(data)], name)]),
      { name: `${layout}.zip`, data: [...bytes] },
    );
    expect(opened.layout, layout).toBe(layout);
    expect(opened.images, layout).toBeGreaterThan(10);
    expect(Object.keys(opened.counts.identity ?? {}), layout).toHaveLength(4);
  }
});

const bad = {
  'a truncated zip': { build: brokenZip, says: /download|copy|again/i },
  'an encrypted zip': { build: encryptedZip, says: /password|encrypted/i },
  'a zip bomb': { build: bombZip, says: /declare|unpack|larger/i },
  'a zip that lies about its sizes': { build: lyingZip, says: /unpack|declare|larger|size/i },
  'a zip without an image': { build: noImageZip, says: /no image/i },
  'a zip of undecodable images': { build: () => undecodableZip(true), says: /decod|image/i },
  'a zip of one identity': { build: oneIdentityZip, says: /one (identity|person)/i },
};

test('every bad archive gets a sentence that says what to do, and the open dataset stays', async ({
  app,
}) => {
  await open(app, 'dataset=sample-expression');
  const data = app.getByRole('region', { name: 'Data' });
  await expect(data.getByText('1,344').first()).toBeVisible();
  for (const [name, { build, says }] of Object.entries(bad)) {
    await app.getByLabel('Dataset files').setInputFiles(zip('bad.zip', await build()));
    const alert = data.getByRole('alert');
    await expect(alert, name).toContainText(says);
    await expect(alert, name).toContainText('stays open');
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await expect(data.getByText('1,344').first(), name).toBeVisible();
  }
});

test('opening can be cancelled, and what was open stays', async ({ app }) => {
  await open(app, 'dataset=sample-expression');
  const data = app.getByRole('region', { name: 'Data' });
  await expect(data.getByText('1,344').first()).toBeVisible();
  const bytes = await ck48Zip({ subjects: 60, sequencesPerSubject: 6 });
  await app.getByLabel('Dataset files').setInputFiles(zip('large.zip', bytes));
  await data.getByRole('button', { name: 'Cancel' }).click();
  await expect(data.getByText('1,344').first()).toBeVisible();
  await expect(data.getByRole('alert')).toHaveCount(0);
});

test('the sample faces save as a zip that opens like any other', async ({ app }, info) => {
  await open(app, 'dataset=sample-expression&faces.identities=4&faces.perCell=4');
  const started = app.waitForEvent('download');
  await app.getByRole('button', { name: 'Save it as a zip' }).click();
  const download = await started;
  const path = info.outputPath(download.suggestedFilename());
  await download.saveAs(path);
  await app.getByLabel('Dataset files').setInputFiles(path);
  const data = app.getByRole('region', { name: 'Data' });
  // Only drawn faces can be saved as a zip, because a dataset from a zip is one already.
  await expect(data.getByRole('button', { name: 'Save it as a zip' })).toBeHidden();
  await expect(data.getByText('112').first()).toBeVisible();
  await data.getByText('Counts and layout').click();
  await expect(data.getByRole('combobox')).toHaveValue('manifest');
});

test('a folder opens through the folder picker, with the litter of file managers left out', async ({
  app,
}, info) => {
  const folder = info.outputPath('people-pictures');
  for (const [path, bytes] of await folderFiles()) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  await open(app);
  await app.getByLabel('Dataset folder').setInputFiles(folder);
  const data = app.getByRole('region', { name: 'Data' });
  await expect(data.getByText('24', { exact: true }).first()).toBeVisible();
  await expect(data.getByText('readme.txt')).toBeHidden(); // listed under what was left out, folded
  await expect(data.locator('.skipped')).toBeVisible();
});
