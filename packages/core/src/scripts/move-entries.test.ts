import { redisServer } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { createKeys } from '../keys/keys.js';
import { runMoveEntries, type EntryMove } from './move-entries.js';

const server = redisServer();
const keys = createKeys('resque');
const move = (first: number, last: number, moves: EntryMove[]) =>
  runMoveEntries(server.redis, keys, { from: keys.failed, first, last, tombstone: 'gone' }, moves);
const to = (queue: string, ...texts: string[]): EntryMove[] =>
  texts.map((text) => ({ text, queue, payload: `job of ${text}` }));
const list = (key: string) => server.redis.lrange(key, 0, -1);

test('entries go to their queues in the order in which they lie, and whoever sleeps is woken', async () => {
  await server.redis.rpush(keys.failed, 'a', 'b', 'c', 'd', 'e');
  expect(await move(0, 4, [...to('q', 'd', 'b'), ...to('r', 'a')])).toEqual({ status: 'moved', count: 3 });
  expect(await list(keys.failed)).toEqual(['c', 'e']);
  expect(await list(keys.queue('q'))).toEqual(['job of b', 'job of d']);
  expect(await list(keys.queue('r'))).toEqual(['job of a']);
  expect((await server.redis.smembers(keys.queues)).sort()).toEqual(['q', 'r']);
  expect(await server.redis.llen(keys.wakeQueue('q'))).toBe(1);
  expect(await server.redis.llen(keys.wake)).toBe(1);
});

test('a stretch from the tail, and one that is longer than the list', async () => {
  await server.redis.rpush(keys.failed, 'a', 'b', 'a');
  expect((await move(-1, -1, to('q', 'a'))).count).toBe(1);
  expect(await list(keys.failed)).toEqual(['a', 'b']);
  expect((await move(-100, -1, to('q', 'a'))).count).toBe(1);
  expect((await move(0, 100, to('q', 'b', 'a'))).count).toBe(1);
  expect(await list(keys.failed)).toEqual([]);
});

test('of equal entries as many move as are given, and a call that arrives again moves none twice', async () => {
  await server.redis.rpush(keys.failed, 'a', 'a', 'b');
  expect((await move(0, 2, to('q', 'a'))).count).toBe(1);
  expect((await move(0, 2, to('q', 'b'))).count).toBe(1);
  expect((await move(0, 2, to('q', 'b'))).count).toBe(0);
  expect(await list(keys.failed)).toEqual(['a']);
  expect(await list(keys.queue('q'))).toEqual(['job of a', 'job of b']);
});

test('where a target is no list nothing changes', async () => {
  await server.redis.rpush(keys.failed, 'a', 'b');
  await server.redis.set(keys.queue('r'), 'no list');
  await expect(move(0, 1, [...to('q', 'a'), ...to('r', 'b')])).rejects.toThrow('WRONGTYPE');
  expect(await list(keys.failed)).toEqual(['a', 'b']);
  expect(await server.redis.exists(keys.queue('q'))).toBe(0);
});

test('a full Redis can be cleared of failed jobs', async () => {
  await server.redis.rpush(keys.failed, 'a');
  await server.redis.config('SET', 'maxmemory', '1');
  try {
    expect((await move(0, 0, to('q', 'a'))).count).toBe(1);
  } finally {
    await server.redis.config('SET', 'maxmemory', '0');
  }
});
