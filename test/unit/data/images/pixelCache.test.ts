import { expect, test } from 'vitest';
import { pixelCache } from '../../../../workers/data/images/pixelCache';

/** Loads 10 bytes for each key and records what was loaded. */
function loader() {
  const loaded: string[] = [];
  const load = (key: string) => async () => {
    loaded.push(key);
    return new Uint8Array(10);
  };
  return { loaded, load };
}

test('the least recently used pixels go first, and the size stays within bounds', async () => {
  const { loaded, load } = loader();
  const cache = pixelCache(30);
  for (const key of ['a', 'b', 'c', 'a', 'd', 'a', 'b']) await cache.get(key, load(key));
  expect(loaded).toEqual(['a', 'b', 'c', 'd', 'b']);
  expect(cache.byteLength).toBe(30);
});

test('two requests at a time load once', async () => {
  const { loaded, load } = loader();
  const cache = pixelCache(30);
  const [one, two] = await Promise.all([cache.get('a', load('a')), cache.get('a', load('a'))]);
  expect(one).toBe(two);
  expect(loaded).toEqual(['a']);
});

test('a failed load is not kept', async () => {
  const cache = pixelCache(30);
  await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await cache.get('a', async () => new Uint8Array(1))).toHaveLength(1);
});

test('dropping a prefix forgets its keys, also those still loading', async () => {
  const { load } = loader();
  const cache = pixelCache(100);
  await cache.get('x/1', load('x/1'));
  await cache.get('y/1', load('y/1'));
  const late = cache.get('x/2', load('x/2'));
  cache.drop('x/');
  await late;
  expect(cache.byteLength).toBe(10);
});

test('pixels larger than the whole cache pass through', async () => {
  const cache = pixelCache(5);
  expect(await cache.get('a', loader().load('a'))).toHaveLength(10);
  expect(cache.byteLength).toBe(0);
});
