import { redisServer } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { listPage } from './list-page.js';
import { runScript } from './run-script.js';

const server = redisServer();
const page = (first: number, most: number, texts: string[] = [], bytes = 1_000_000) =>
  runScript(server.redis, listPage, { list: 'list' }, { first, most, bytes }, { args: texts });
const push = (...texts: string[]) => server.redis.rpush('list', ...texts);

test('a page is read from an index on, towards the tail or towards the head', async () => {
  await push('a', 'b', 'c', 'd', 'e');
  expect(await page(1, 2)).toEqual({
    status: 'page',
    read: 2,
    more: true,
    entries: [
      { index: 1, text: 'b' },
      { index: 2, text: 'c' },
    ],
  });
  expect((await page(-2, 2)).entries).toEqual([
    { index: -2, text: 'd' },
    { index: -3, text: 'c' },
  ]);
});

test('the end is told', async () => {
  await push('a', 'b', 'c');
  expect(await page(0, 100)).toMatchObject({ read: 3, more: false });
  expect(await page(-1, 100)).toMatchObject({ read: 3, more: false });
  expect(await page(3, 100)).toMatchObject({ read: 0, more: false, entries: [] });
  expect(await page(-4, 100)).toMatchObject({ read: 0, more: false });
  expect(
    await runScript(server.redis, listPage, { list: 'none' }, { first: 0, most: 9, bytes: 9 }),
  ).toMatchObject({ read: 0, more: false });
});

test('every index is read once, however long the pages are', async () => {
  const texts = Array.from({ length: 777 }, (_, at) => `entry ${at}`);
  await push(...texts);
  for (const most of [1, 5, 84, 85, 86, 1_000]) {
    for (const from of ['head', 'tail'] as const) {
      const found: string[] = [];
      for (let passed = 0, more = true; more;) {
        const next = await page(from === 'head' ? passed : -1 - passed, most);
        found.push(...next.entries.map(({ text }) => text));
        passed += next.read;
        more = next.more;
      }
      expect(from === 'head' ? found : found.reverse()).toEqual(texts);
    }
  }
});

test('only entries that hold all of the texts are given, which are no patterns', async () => {
  await push('a.b', 'a%b', 'b', 'a', '%a.b');
  expect((await page(0, 100, ['a', 'b'])).entries.map(({ index }) => index)).toEqual([0, 1, 4]);
  expect((await page(0, 100, ['%a'])).entries.map(({ index }) => index)).toEqual([4]);
});

test('big entries end a page early', async () => {
  await push(...Array.from({ length: 100 }, () => 'x'.repeat(1_000)));
  const { read, more } = await page(0, 100, [], 2_500);
  expect(read).toBeLessThanOrEqual(5);
  expect(more).toBe(true);
});
