import { expect, test } from 'vitest';
import { bucketMember, dueMember } from '../keys/keys.js';
import type { JobKind } from '../payload/job-kind.js';
import { runPromoteAlike } from './promote-alike.js';
import { scriptBench } from './script-bench.test-kit.js';

const { server, keys } = scriptBench();

const kind = (name: string, queue: string): JobKind => ({
  opening: `{"class":"${name}","queue":"${queue}","args":[`,
  closing: ']}',
  queue,
});
const kinds = [kind('a', 'q'), kind('b', 'p'), kind('c', 'q')];
const job = (name: 'a' | 'b' | 'c', args: string | number = ''): string =>
  `{"class":"${name}","queue":"${name === 'b' ? 'p' : 'q'}","args":[${args}]}`;

const run = (wish: { most?: number; tells?: boolean; now?: number } = {}) =>
  runPromoteAlike(server.redis, keys, 5, kinds, { most: 1_000, tells: false, now: 5_000, ...wish });

/** As a neighbour does it: `due` knows nothing of it. */
async function bucket(...payloads: string[]): Promise<void> {
  for (const payload of payloads) {
    await server.redis.rpush(keys.bucket(5), payload);
    await server.redis.sadd(keys.timestamps(payload), bucketMember(5));
    await server.redis.zadd(keys.schedule, 5, '5');
  }
}
async function delay(dueMs: number, ...payloads: string[]): Promise<void> {
  await bucket(...payloads);
  for (const payload of payloads) await server.redis.zadd(keys.due, dueMs, dueMember(5, payload));
}
const list = (key: string) => server.redis.lrange(key, 0, -1);
const moved = async (...wish: Parameters<typeof run>): Promise<number> => (await run(...wish)).moved;

test('what is alike goes to its queues, in order, and leaves nothing behind', async () => {
  const payloads = [job('a', 1), job('b', 2), job('c', 3), job('a', 4)];
  await delay(5_000, ...payloads);
  const bytes = payloads.join('').length;
  expect(await run()).toEqual({ status: 'moved', moved: 4, left: 0, bytes, payloads: [] });
  expect(await list(keys.queue('q'))).toEqual([job('a', 1), job('c', 3), job('a', 4)]);
  expect(await list(keys.queue('p'))).toEqual([job('b', 2)]);
  expect(await server.redis.exists(keys.schedule, keys.due, keys.bucket(5))).toBe(0);
  expect(await server.redis.exists(...payloads.map((payload) => keys.timestamps(payload)))).toBe(0);
  expect((await server.redis.smembers(keys.queues)).sort()).toEqual(['p', 'q']);
  for (const token of [keys.wakeQueue('q'), keys.wakeQueue('p'), keys.wake])
    expect(await list(token)).toEqual(['1']);
});

test('no more than was asked for; what was moved is told where it is wanted, and left is the rest', async () => {
  await delay(5_000, job('a', 1), job('a', 2), job('a', 3));
  const reply = await run({ most: 2, tells: true });
  expect(reply).toMatchObject({ moved: 2, left: 1, payloads: [job('a', 1), job('a', 2)] });
  expect(await server.redis.zcard(keys.due)).toBe(1);
  expect(await server.redis.exists(keys.schedule)).toBe(1);
});

test('a call that is sent again moves what is due still, each once', async () => {
  await delay(5_000, job('a', 1), job('a', 2), job('a', 3));
  await run({ most: 2 });
  expect(await moved({ most: 2 })).toBe(1);
  expect(await moved({ most: 2 })).toBe(0);
  expect(await list(keys.queue('q'))).toEqual([job('a', 1), job('a', 2), job('a', 3)]);
});

test.each([
  ['another class', '{"class":"x","queue":"q","args":[]}'],
  ['another queue', '{"class":"a","queue":"x","args":[]}'],
  ['a member behind its args', '{"class":"a","queue":"q","args":[],"id":"x"}'],
  ['a second queue', '{"class":"a","queue":"q","args":[],"queue":"x","y":[]}'],
  ['a second class', '{"class":"a","queue":"q","args":[],"class":"x","y":[]}'],
  ['an escaped name', '{"class":"a","queue":"q","args":[],"\\u0071ueue":"x","y":[]}'],
  ['too few characters', '{"class":"a","queue":"q","args":[}'],
])('%s: it stops there', async (_, other) => {
  await delay(5_000, job('a', 1), other, job('a', 2));
  expect(await run()).toMatchObject({ moved: 1, left: 2 });
  expect(await list(keys.bucket(5))).toEqual([other, job('a', 2)]);
  expect(await server.redis.zscore(keys.due, dueMember(5, other))).toBe('5000');
  expect(await server.redis.exists(keys.timestamps(other))).toBe(1);
  expect(await moved()).toBe(0);
});

test('where the queue stands at the end, as in Ruby, it does so once', async () => {
  const ruby = [{ opening: '{"class":"a","args":[', closing: '],"queue":"q"}', queue: 'q' }];
  const plain = '{"class":"a","args":[1],"queue":"q"}';
  const twice = '{"class":"a","args":[1],"queue":"x","y":[2],"queue":"q"}';
  await delay(5_000, plain, twice);
  const wish = { most: 9, tells: false, now: 5_000 };
  expect(await runPromoteAlike(server.redis, keys, 5, ruby, wish)).toMatchObject({ moved: 1, left: 1 });
  expect(await list(keys.queue('q'))).toEqual([plain]);
});

test('never early: it stops at what is due later in the second, and moves what is due before the second begins', async () => {
  await delay(4_600, job('a', 1));
  await delay(5_200, job('a', 2));
  await delay(4_600, job('a', 3));
  expect(await moved({ now: 4_599 })).toBe(0);
  expect(await moved({ now: 4_600 })).toBe(1);
  expect(await moved({ now: 5_199 })).toBe(0);
  expect(await list(keys.bucket(5))).toEqual([job('a', 2), job('a', 3)]);
  expect(await moved({ now: 5_200 })).toBe(2);
});

test('what other seconds hold is left alone, be it due sooner or later', async () => {
  await delay(5_000, job('a', 1));
  for (const [second, ms] of [
    [4, 4_400],
    [5.5, 5_300],
    [9, 9_000],
  ] as const)
    await server.redis.zadd(keys.due, ms, dueMember(second, job('a', 1)));
  await server.redis.sadd(keys.timestamps(job('a', 1)), bucketMember(9));
  expect(await moved()).toBe(1);
  expect(await server.redis.zcard(keys.due)).toBe(3);
  expect(await server.redis.smembers(keys.timestamps(job('a', 1)))).toEqual([bucketMember(9)]);
});

test('what a neighbour delayed is not moved, nor what stands beside it, and all of it stays delayed', async () => {
  await delay(5_000, job('a', 1));
  await bucket(job('a', 2));
  await delay(5_000, job('a', 3));
  expect(await run()).toMatchObject({ moved: 0, left: 3 });
  expect(await list(keys.bucket(5))).toEqual([job('a', 1), job('a', 2), job('a', 3)]);
  expect(await server.redis.exists(keys.queue('q'))).toBe(0);
  expect(await server.redis.zscore(keys.schedule, '5')).toBe('5');
});

test('what a neighbour delayed is not moved where something is due later, either', async () => {
  await delay(5_000, job('a', 1));
  await bucket(job('a', 2));
  await delay(5_400, job('a', 3));
  expect(await run()).toMatchObject({ moved: 1, left: 2 });
  expect(await list(keys.bucket(5))).toEqual([job('a', 2), job('a', 3)]);
});

test('a queue that is no list: its jobs stay, and what stands behind them', async () => {
  await server.redis.set(keys.queue('p'), 'no list');
  await delay(5_000, job('a', 1), job('b', 2), job('a', 3));
  expect(await run()).toMatchObject({ moved: 1, left: 2 });
  expect(await list(keys.bucket(5))).toEqual([job('b', 2), job('a', 3)]);
  expect(await server.redis.get(keys.queue('p'))).toBe('no list');
});

test.each([['due'], ['bucket'], ['queues']] as const)(
  '%s of a wrong type: nothing is moved',
  async (name) => {
    await delay(5_000, job('a', 1));
    const key = name === 'bucket' ? keys.bucket(5) : keys[name];
    await server.redis.set(key, 'of another type');
    await expect(run()).rejects.toThrow('WRONGTYPE');
    expect(await server.redis.exists(keys.queue('q'))).toBe(0);
    if (name !== 'bucket') expect(await list(keys.bucket(5))).toEqual([job('a', 1)]);
    if (name === 'queues') expect(await server.redis.zcard(keys.due)).toBe(1);
  },
);

test('a marker of a wrong type holds nothing up', async () => {
  await delay(5_000, job('a', 1), job('a', 2));
  await server.redis.set(keys.timestamps(job('a', 1)), 'no set');
  expect(await moved()).toBe(2);
  expect(await server.redis.exists(keys.timestamps(job('a', 2)))).toBe(0);
});

test('a second without jobs leaves the schedule', async () => {
  await server.redis.zadd(keys.schedule, 5, '5');
  expect(await run()).toMatchObject({ moved: 0, left: 0 });
  expect(await server.redis.exists(keys.schedule)).toBe(0);
});

test('1,000 jobs go in one call, under a full Redis, too', async () => {
  const payloads = Array.from({ length: 1_000 }, (_, at) => job('a', at));
  await delay(5_000, ...payloads);
  await server.redis.config('SET', 'maxmemory', '1');
  const reply = await run();
  await server.redis.config('SET', 'maxmemory', '0');
  expect(reply).toMatchObject({ moved: 1_000, left: 0 });
  expect(await list(keys.queue('q'))).toEqual(payloads);
});
