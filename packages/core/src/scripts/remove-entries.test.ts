import { redisServer } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { removeEntries } from './remove-entries.js';
import { runScript } from './run-script.js';

const server = redisServer();
const remove = (first: number, last: number, ...texts: string[]) =>
  runScript(
    server.redis,
    removeEntries,
    { list: 'list' },
    { first, last, tombstone: 'removed x' },
    { args: texts },
  );
const list = () => server.redis.lrange('list', 0, -1);

test('within the stretch each entry that is one of the texts goes, outside none', async () => {
  await server.redis.rpush('list', 'a', 'b', 'a', 'c', 'b', 'a');
  expect(await remove(-4, -2, 'a', 'none', 'b')).toEqual({ status: 'removed', count: 2, texts: [0, 2] });
  expect(await list()).toEqual(['a', 'b', 'c', 'a']);
});

test('a stretch longer than the list, an empty list and no texts are no trouble', async () => {
  await server.redis.rpush('list', 'a', 'b', 'a');
  expect(await remove(-100, -1, 'a')).toMatchObject({ count: 2 });
  expect(await remove(-100, -50, 'b')).toMatchObject({ count: 0 });
  expect(await remove(-100, -1)).toMatchObject({ count: 0 });
  expect(await list()).toEqual(['b']);
  expect(await remove(-100, -1, 'b')).toMatchObject({ count: 1 });
  expect(await remove(-100, -1, 'b')).toMatchObject({ count: 0 });
});

test('of 2,000 entries every other one goes, and the rest keeps its order', async () => {
  const texts = Array.from({ length: 2_000 }, (_, at) => String(at));
  await server.redis.rpush('list', ...texts);
  expect(await remove(-1_500, -501, ...texts.filter((_, at) => at % 2 === 0))).toMatchObject({ count: 500 });
  expect(await list()).toEqual(texts.filter((_, at) => at % 2 === 1 || at < 500 || at >= 1_500));
});

test('a key that is no list is refused, and nothing is changed', async () => {
  await server.redis.set('list', 'text');
  await expect(remove(-1, -1, 'text')).rejects.toThrow('WRONGTYPE');
  expect(await server.redis.get('list')).toBe('text');
});
