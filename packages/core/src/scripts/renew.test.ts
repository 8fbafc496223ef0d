import { expect, test } from 'vitest';
import { renew } from './renew.js';
import { runScript } from './run-script.js';
import { scriptBench } from './script-bench.test-kit.js';

const bench = scriptBench();
const { keys } = bench;
const now = 1_000_000;
const at = (ms: number) => ({ id: 'L', leaseMs: 10_000, now: ms });
const beat = (args: { id: string; leaseMs: number; now: number }) =>
  runScript(bench.server.redis, renew, { ...keys, lease: keys.lease('L'), looked: keys.leasesLooked }, args);

test('tells of whoever has run out, when the next one does, and how many queues there are', async () => {
  await bench.register('L', ['h:1:q'], now);
  const alone = { status: 'renewed', expired: null, nextExpiryInMs: null, queueCount: 0, order: '' };
  expect(await beat(at(now + 2_000))).toEqual({ ...alone, nowMs: now + 2_000 });
  expect(await bench.server.redis.zscore(keys.leases, 'L')).toBe(String(now + 12_000));
  await bench.register('M', ['h:2:q'], now + 2_000);
  await bench.enqueue('q', '1');
  await bench.enqueue('r', '1');
  expect(await beat(at(now + 4_000))).toMatchObject({ expired: null, nextExpiryInMs: 8_000, queueCount: 2 });
  await beat(at(now + 8_000));
  expect(await beat(at(now + 12_000))).toMatchObject({ expired: 'M', nextExpiryInMs: 0 });
});

test('does not shorten a lease that has more time already, and never revives one that was reaped', async () => {
  await bench.register('L', ['h:1:q'], now);
  expect(await beat(at(now - 1_000))).toMatchObject({ status: 'renewed' });
  expect(await bench.server.redis.zscore(keys.leases, 'L')).toBe(String(now + 10_000));
  await bench.server.redis.zrem(keys.leases, 'L');
  expect(await beat(at(now))).toEqual({ status: 'lost' });
  expect(await bench.server.redis.exists(keys.leases)).toBe(0);
});

test('only looks without an id', async () => {
  await bench.register('L', ['h:1:q'], now);
  expect(await beat({ ...at(now + 4_000), id: '' })).toMatchObject({ expired: null, nextExpiryInMs: 6_000 });
  expect(await bench.server.redis.zcard(keys.leases)).toBe(1);
});

test('renews in a Redis that is full', async () => {
  await bench.register('L', ['h:1:q'], now);
  await bench.server.redis.config('SET', 'maxmemory', 1);
  expect(await beat(at(now + 2_000))).toMatchObject({ status: 'renewed' });
  await bench.server.redis.config('SET', 'maxmemory', 0);
  expect(await bench.server.redis.zscore(keys.leases, 'L')).toBe(String(now + 12_000));
  expect(await bench.server.redis.get(keys.leasesLooked)).toBe(String(now + 2_000));
});

test('after a standstill gives the others time before anybody is declared dead', async () => {
  await bench.register('L', ['h:1:q'], now);
  await bench.register('M', ['h:2:q'], now);
  expect(await beat(at(now + 60_000))).toMatchObject({ expired: null, nextExpiryInMs: 5_000 });
});

test('takes six commands, the call itself included, and the question for the time', async () => {
  await bench.register('L', ['h:1:q'], now);
  await beat(at(now + 1_000));
  await bench.server.redis.config('RESETSTAT');
  await beat(at(now + 2_000));
  const stats = await bench.server.redis.info('commandstats');
  const calls = [...stats.matchAll(/^cmdstat_([\w|]+):calls=(\d+)/gm)].map(
    ([, name, count]) => `${name} ${count}`,
  );
  expect(calls.filter((call) => !call.startsWith('config')).sort()).toEqual([
    'evalsha 1',
    'hget 1',
    'scard 1',
    'set 1',
    'zadd 1',
    'zrange 1',
  ]);
});
