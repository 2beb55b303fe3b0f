/**
 * @file What a person does with the page, the same in every engine: draws the sample faces, trains the proposed and the
 * naive method past the swap, exports the weights, loads the page again, goes on from the file, and opens a zip.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { SeesawApi } from '../../src/scripting';
import type { DeviceInfo } from '../../workers/protocol/device';
import { ck48Zip } from '../fixtures/archives';
import { expectStory, storySteps, watchedSteps } from '../fixtures/story';
import type { Driver } from './driver';

declare global {
  interface Window {
    seesaw: SeesawApi;
  }
}

/** Steps after the export, which the resumed run must repeat. */
const stepsAfter = 20;
const hash = `preset=tiny&methods=dynamic,naive&seed=1&steps=${storySteps}&evaluateEvery=0`;
const proposed = 'run-1';
const naive = 'run-2';

export interface Figures {
  backend: string;
  adapter: string;
  steps: number;
  /** The mean time of a step in milliseconds, of one run that trains alone. */
  stepMs: number;
  swap: number;
}

const button = (name: string) => `//button[normalize-space()="${name}" and not(@disabled)]`;
const input = (label: string) => `//input[@aria-label="${label}"]`;

/** Actions on the page and conditions to wait for. */
function page(driver: Driver) {
  const there = (xpath: string) =>
    driver.evaluate(
      path => document.evaluate(path, document, null, XPathResult.BOOLEAN_TYPE, null).booleanValue,
      `boolean(${xpath})`,
    );
  const appears = (xpath: string) =>
    expect.poll(() => there(xpath), { timeout: 60_000, interval: 100, message: xpath }).toBe(true);
  return {
    appears,
    async press(name: string) {
      await appears(button(name));
      await driver.click(button(name));
    },
    async pick(label: string, path: string) {
      await appears(input(label));
      await driver.upload(input(label), path);
    },
    async start(url: string): Promise<DeviceInfo> {
      await driver.open(url);
      await expect
        .poll(() => driver.evaluate(() => window.seesaw !== undefined), { timeout: 30_000 })
        .toBe(true);
      return driver.evaluate(async () => {
        const { backend, adapter, limits, features, why, speed } = await window.seesaw.ready;
        return { backend, adapter, limits, features: [...features], why, speed };
      });
    },
    /** Runs exist a moment after Train is pressed. */
    exists: (id: string) =>
      expect
        .poll(
          () =>
            driver.evaluate(
              run =>
                window.seesaw.history(run).then(
                  () => true,
                  () => false,
                ),
              id,
            ),
          { timeout: 60_000, message: id },
        )
        .toBe(true),
    reaches: (id: string, step: number) =>
      driver.evaluate(async (run, until) => (await window.seesaw.waitForStep(run, until)).phase, id, step),
    /** Pauses, and waits until the steps that were under way are read back. */
    async pauses() {
      await driver.click(button('Pause'));
      await appears(button('Resume'));
      await driver.evaluate(() => window.seesaw.pause());
    },
    history: (id: string) =>
      driver.evaluate(async run => {
        const { step, losses, weights, columns } = await window.seesaw.history(run);
        return { step, losses, weights, elapsedMs: columns.elapsedMs ?? [] };
      }, id),
  };
}

type Recording = Awaited<ReturnType<ReturnType<typeof page>['history']>>;

/** The first `rows` rows. Two runs need not stop at the same step, so only their first rows can be compared. */
const upTo = (rows: number, { losses, weights }: Recording) =>
  [losses, weights].map(byTask =>
    Object.fromEntries(Object.entries(byTask).map(([task, values]) => [task, values.slice(0, rows)])),
  );

/**
 * @param address the hash of the page, if this engine needs one of its own.
 * @param look called when the swap can be seen on the page.
 * @returns the backend, the step of the swap and the time of a step.
 */
export async function scenario(
  driver: Driver,
  url: string,
  address: string,
  expectDevice: (device: DeviceInfo) => void,
  look: () => Promise<void>,
): Promise<Figures> {
  const { appears, press, pick, start, exists, reaches, pauses, history } = page(driver);
  const folder = await mkdtemp(join(tmpdir(), 'seesaw-browsers-'));
  try {
    const device = await start(`${url}#${address}&${hash}`);
    expectDevice(device);

    // Train on the sample faces until the weights have swapped.
    await driver.click('//button[starts-with(@aria-label, "Sample faces")]');
    await press('Train');
    await exists(naive);
    await reaches(proposed, watchedSteps);
    await reaches(naive, watchedSteps);
    await pauses();
    const before = await history(proposed);
    const swap = expectStory(1, before, await history(naive));
    await appears('//figure[@data-chart="weight"]//*[name()="g"][@data-swap]');
    await look();

    // Export the weights, and record what an uninterrupted run does next.
    const trained = before.step.length;
    const saved = await driver.evaluate(async id => {
      const blob = await window.seesaw.exportWeights(id, 'safetensors');
      return [...new Uint8Array(await blob.arrayBuffer())];
    }, proposed);
    const file = join(folder, 'run.safetensors');
    await writeFile(file, Uint8Array.from(saved));
    await driver.evaluate(id => window.seesaw.stop(id), naive);
    await press('Resume');
    const end = trained + stepsAfter;
    await reaches(proposed, end);
    await pauses();
    const whole = await history(proposed);

    // Load the page again and go on from the file, which also brings the sample set back.
    await start(address ? `${url}#${address}` : url);
    await pick('Weight file', file);
    await press('Resume it');
    await exists(proposed);
    expect((await history(proposed)).step).toHaveLength(trained);
    await press('Resume');
    await reaches(proposed, end);
    const resumed = await history(proposed);
    expect(upTo(end, resumed), 'the resumed run, to the bit').toEqual(upTo(end, whole));
    await press('Stop');

    // Open a zip from the disk.
    const zip = join(folder, 'ck48.zip');
    await writeFile(zip, await ck48Zip());
    await pick('Dataset files', zip);
    await appears('//section//*[normalize-space()="288"]');
    await press('Train');
    const next = 'run-2';
    await exists(next);
    await reaches(next, 3);
    await press('Stop');
    for (const losses of Object.values((await history(next)).losses))
      expect(losses.every(Number.isFinite), 'losses on the zip').toBe(true);

    expect(await driver.evaluate(() => document.querySelectorAll('[role="alert"]').length)).toBe(0);
    expect(driver.errors(), 'errors on the console').toEqual([]);
    const elapsed = whole.elapsedMs.slice(trained, end);
    return {
      backend: device.backend,
      adapter: device.adapter,
      steps: end,
      stepMs: ((elapsed.at(-1) ?? Number.NaN) - (elapsed[0] ?? Number.NaN)) / (elapsed.length - 1),
      swap,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
