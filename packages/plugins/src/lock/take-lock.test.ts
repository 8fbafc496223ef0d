import { Connection } from '@reskue/core';
import { redisServer } from '@reskue/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { holdersOf } from '@reskue/core/protocol';
import { askForLock, type LockAnswer, type LockAsker } from './take-lock.js';

const server = redisServer();
let connection: Connection;

beforeEach(async () => {
  connection = new Connection(server.connection);
  await connection.connect();
});
afterEach(() => connection.end());

const take = (key: string, more: Partial<LockAsker> = {}): Promise<LockAnswer> =>
  new Promise((answered, failed) =>
    askForLock(connection, {
      key,
      ttlMs: 60_000,
      leaseId: '',
      lapses: false,
      over: '',
      number: 0,
      answered,
      failed,
      ...more,
    }),
  );

test('locks that are asked for together are taken in one step, each for its holder', async () => {
  const run = vi.spyOn(connection, 'run');
  const keys = Array.from({ length: 100 }, (_, at) => `lock ${at}`);
  const answers = await Promise.all(keys.map((key) => take(key)));
  expect(run).toHaveBeenCalledTimes(1);
  const values = await server.redis.mget(keys);
  expect(answers).toEqual(values.map((value) => ({ status: 'taken', value })));
  expect(new Set(values).size).toBe(100);
  for (const value of values) expect(value).toMatch(new RegExp(`^\\d{10}\\.${holdersOf('')}\\d{10}$`));
});

test('of two who ask for one lock together, the first has it', async () => {
  const [one, other] = await Promise.all([take('lock'), take('lock')]);
  expect(one).toMatchObject({ status: 'taken' });
  expect(other).toEqual({ status: 'held', value: one.status === 'taken' ? one.value : '' });
});

test('one that Redis refuses hears of it, and the others have theirs', async () => {
  await server.redis.rpush('broken', 'no lock');
  const [one, broken, other] = await Promise.allSettled(['one', 'broken', 'other'].map((key) => take(key)));
  expect(broken).toMatchObject({ status: 'rejected', reason: { name: 'ReplyError' } });
  for (const end of [one, other])
    expect(end).toMatchObject({ status: 'fulfilled', value: { status: 'taken' } });
});

test('locks of different leases are asked for by themselves; a lease that is gone takes none', async () => {
  await server.redis.zadd(connection.keys.leases, Date.now() + 60_000, 'alive');
  const ends = await Promise.all([
    take('a', { leaseId: 'alive' }),
    take('b', { leaseId: 'gone' }),
    take('c', { leaseId: 'gone' }),
    take('d', { leaseId: 'alive' }),
  ]);
  expect(ends.map(({ status }) => status)).toEqual(['taken', 'fenced', 'fenced', 'taken']);
  expect((await server.redis.hvals(connection.keys.leaseLocks('alive'))).sort()).toEqual(['a', 'd']);
  expect(await server.redis.exists('b', 'c', connection.keys.leaseLocks('gone'))).toBe(0);
});

test('more than 500 at once go in several steps', async () => {
  const run = vi.spyOn(connection, 'run');
  const answers = await Promise.all(Array.from({ length: 1_200 }, (_, at) => take(`lock ${at}`)));
  expect(run).toHaveBeenCalledTimes(3);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['taken']));
});

test('jobs that begin together do not wait for more than 50', async () => {
  await server.redis.zadd(connection.keys.leases, Date.now() + 60_000, 'alive');
  const run = vi.spyOn(connection, 'run');
  const keys = Array.from({ length: 120 }, (_, at) => `lock ${at}`);
  const taking = keys.map((key) => take(key, { leaseId: 'alive' }));
  expect(run).toHaveBeenCalledTimes(2);
  const answers = await Promise.all(taking);
  expect(run).toHaveBeenCalledTimes(3);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['taken']));
  expect(await server.redis.hlen(connection.keys.leaseLocks('alive'))).toBe(120);
});

test('what is wanted on other terms goes by itself', async () => {
  const run = vi.spyOn(connection, 'run');
  await Promise.all([take('a'), take('b', { ttlMs: 5_000 }), take('c'), take('d', { lapses: true })]);
  expect(run).toHaveBeenCalledTimes(3);
  expect(await server.redis.ttl('b')).toBe(5);
  expect(await server.redis.ttl('c')).toBe(60);
});

test('under a lease it is asked until Redis answers', async () => {
  await server.redis.zadd(connection.keys.leases, Date.now() + 60_000, 'alive');
  vi.spyOn(connection, 'run').mockRejectedValueOnce(new Error('no reply'));
  const taking = [take('a', { leaseId: 'alive' }), take('b', { leaseId: 'alive' })];
  expect(await Promise.all(taking)).toMatchObject([{ status: 'taken' }, { status: 'taken' }]);
});

test('where one of those who asked together throws, the others are told all the same, and so is the process', async () => {
  const thrown = vi.fn();
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.once('uncaughtException', thrown);
  const odd = { answered: () => expect.fail('odd'), failed: () => undefined };
  const [, answer] = [void take('odd lock', odd), await take('lock')];
  expect(answer.status).toBe('taken');
  await vi.waitFor(() => expect(thrown).toHaveBeenCalledTimes(1));
  for (const listener of listeners) process.on('uncaughtException', listener);
});
