import { expect, test } from 'vitest';
import { defaultSettings, settingsFor, withOption, withPreset } from '../../../src/state/settings';
import { datasetSummary } from './fakeEngine';
import { catalogue } from './fakes';

const fresh = defaultSettings(catalogue);
const opened = (preset: string | null) => ({
  ...datasetSummary('d', { kind: 'files', files: [] }),
  preset,
});

test('a dataset brings the preset that suits it where a person has chosen none, and takes it along again', () => {
  const first = settingsFor(catalogue, fresh, 'nobody', opened('big'));
  expect(first).toEqual({ settings: { ...fresh, preset: 'big' }, presetBy: 'dataset' });
  expect(settingsFor(catalogue, first.settings, first.presetBy, opened(null))).toEqual({
    settings: fresh,
    presetBy: 'nobody',
  });
});

test('a person’s preset stays, and so do own options', () => {
  const own = withOption(catalogue, fresh, 'steps', 42);
  expect(settingsFor(catalogue, own, 'person', opened('big')).settings).toEqual(own);
  expect(settingsFor(catalogue, own, 'nobody', opened('big')).settings).toEqual(
    withPreset(catalogue, own, 'big'),
  );
  expect(settingsFor(catalogue, own, 'nobody', opened('big')).settings.options).toEqual({ steps: 42 });
});

test('a preset that this page does not know is no proposal', () => {
  expect(settingsFor(catalogue, fresh, 'nobody', opened('unheard of'))).toEqual({
    settings: fresh,
    presetBy: 'nobody',
  });
});
