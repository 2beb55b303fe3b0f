import { expect, test } from 'vitest';
import { AppError } from '../../../workers/protocol/errors';
import { OpenIndexes } from '../../../workers/samples/openIndexes';
import { memoryDataset } from '../../fixtures/pixels';

test('an index that was refused is asked for again', async () => {
  const data = memoryDataset();
  let refuses = true;
  const indexes = new OpenIndexes({
    ...data.pixels,
    call: (method, input, options) =>
      refuses
        ? Promise.reject(new AppError('dataset/closed', 'No dataset is open.'))
        : data.pixels.call(method, input, options),
  });
  await expect(indexes.get('memory')).rejects.toMatchObject({ code: 'dataset/closed' });
  refuses = false;
  expect(await indexes.get('memory')).toEqual(data.index);
  data.close();
});
