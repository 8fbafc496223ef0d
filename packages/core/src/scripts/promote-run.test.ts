import { expect, test } from 'vitest';
import { bucketMember, dueMember } from '../keys/keys.js';
import { runPromoteRun } from './promote-run.js';
import { scriptBench } from './script-bench.test-kit.js';

const { server, keys } = scriptBench();
const run = (...jobs: [payload: string, queue: string][]) =>
  runPromoteRun(
    server.redis,
    keys,
    5,
    jobs.map(([payload, queue]) => ({ payload, queue })),
  );

async function delay(...payloads: string[]): Promise<void> {
  for (const payload of payloads) {
    await server.redis.rpush(keys.bucket(5), payload);
    await server.redis.sadd(keys.timestamps(payload), bucketMember(5));
    await server.redis.zadd(keys.schedule, 5, '5');
    await server.redis.zadd(keys.due, 5_000, dueMember(5, payload));
  }
}
const list = (key: string) => server.redis.lrange(key, 0, -1);

test('what a second begins with goes to its queues, in order, and leaves nothing behind', async () => {
  await delay('a', 'b', 'c', 'd');
  expect(await run(['a', 'q'], ['b', 'p'], ['c', 'q'])).toEqual({ status: 'moved', left: 1 });
  expect(await list(keys.queue('q'))).toEqual(['a', 'c']);
  expect(await list(keys.queue('p'))).toEqual(['b']);
  expect(await list(keys.bucket(5))).toEqual(['d']);
  expect(await server.redis.zcard(keys.due)).toBe(1);
  expect(await server.redis.exists(keys.timestamps('a'), keys.timestamps('b'))).toBe(0);
  expect((await server.redis.smembers(keys.queues)).sort()).toEqual(['p', 'q']);
  for (const token of [keys.wakeQueue('q'), keys.wakeQueue('p'), keys.wake])
    expect(await list(token)).toEqual(['1']);
  expect(await run(['d', 'q'])).toEqual({ status: 'moved', left: 0 });
  expect(await server.redis.exists(keys.schedule, keys.due, keys.bucket(5))).toBe(0);
});

test('a call that is sent again moves nothing', async () => {
  await delay('a', 'b', 'c');
  await run(['a', 'q'], ['b', 'q']);
  expect(await run(['a', 'q'], ['b', 'q'])).toEqual({ status: 'changed' });
  expect(await list(keys.queue('q'))).toEqual(['a', 'b']);
  expect(await list(keys.bucket(5))).toEqual(['c']);
});

test.each([
  ['somebody else took the first', ['b', 'c'], ['a', 'b', 'c']],
  ['the last are gone', ['a', 'b'], ['a', 'b', 'c']],
  ['another stands between them', ['a', 'x', 'b'], ['a', 'b']],
  ['the second is gone', [], ['a']],
])('where %s, nothing is moved', async (_, present, wanted) => {
  await delay(...present);
  expect(await run(...wanted.map((payload): [string, string] => [payload, 'q']))).toEqual({
    status: 'changed',
  });
  expect(await list(keys.bucket(5))).toEqual(present);
  expect(await server.redis.exists(keys.queue('q'))).toBe(0);
});

test('a queue that is no list moves nothing, to no queue', async () => {
  await delay('a', 'b');
  await server.redis.set(keys.queue('p'), 'no list');
  expect(await run(['a', 'q'], ['b', 'p'])).toEqual({ status: 'changed' });
  expect(await list(keys.bucket(5))).toEqual(['a', 'b']);
  expect(await server.redis.exists(keys.queue('q'))).toBe(0);
});

test('1,000 jobs go in one call, under a full Redis, too', async () => {
  const payloads = Array.from({ length: 1_000 }, (_, at) => `job ${at}`);
  await delay(...payloads);
  await server.redis.config('SET', 'maxmemory', '1');
  const reply = await run(...payloads.map((payload): [string, string] => [payload, 'q']));
  await server.redis.config('SET', 'maxmemory', '0');
  expect(reply).toEqual({ status: 'moved', left: 0 });
  expect(await list(keys.queue('q'))).toEqual(payloads);
});
