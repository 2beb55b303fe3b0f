import { expect, test } from 'vitest';
import { resolveConfig } from '../../../workers/config/resolveConfig';
import {
  type CheckpointRecord,
  readRecord,
  writeRecord,
} from '../../../workers/train/checkpoints/checkpoint';

const record: CheckpointRecord = {
  version: 1,
  runName: 'Brave otter',
  weighting: 'dynamic',
  config: resolveConfig({ seed: 7, splitSeed: 2 }),
  step: 2,
  elapsedMs: 10,
  savedAt: 1,
  classNames: [['A', 'B'], ['happy']],
  dataset: { name: 'Faces', fingerprint: 'f', source: { kind: 'files', files: ['a.zip'] } },
  startedFrom: {
    runName: 'Calm fox',
    step: 9,
    kind: 'file',
    name: 'a.safetensors',
    hash: '0123456789abcdef',
  },
  history: { columns: { step: [1, 2], 'loss/identity': [0.5, Number.NaN] }, evaluations: [] },
};
const read = (change: (json: Record<string, unknown>) => void = () => {}) => {
  const json = JSON.parse(writeRecord(record).seesaw ?? '');
  change(json);
  return readRecord({ tensors: [], metadata: { seesaw: JSON.stringify(json) } });
};

test('a record reads back as it was written, gaps in a column included', () => {
  expect(read()).toEqual(record);
});

test('a file from before the split had a seed of its own keeps the split that its run’s seed made', () => {
  const old = read(({ config }) => {
    delete (config as Record<string, unknown>).splitSeed;
  });
  expect(resolveConfig(old.config)).toMatchObject({ seed: 7, splitSeed: 7 });
});

test('a record names any sample set: whether there is such a set is for the dataset to say', () => {
  const options = { seed: 1, identities: 2, perCell: 4 };
  const { dataset } = read(json => {
    json.dataset = {
      ...{ name: 'Faces', fingerprint: 'f' },
      source: { kind: 'sample', sample: 'sample-of-next-year', options },
    };
  });
  expect(dataset.source).toEqual({ kind: 'sample', sample: 'sample-of-next-year', options });
});
