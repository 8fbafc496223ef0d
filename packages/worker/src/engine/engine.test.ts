import { Connection } from '@reskue/core/protocol';
import { until } from '@reskue/testkit';
import { describe, expect, test } from 'vitest';
import { Engine } from './engine.js';
import { slotProbe, type SlotProbe } from './slot-probe.test-kit.js';
import { engineBench, terms } from './engine-bench.test-kit.js';

const bench = engineBench();
const { server } = bench;

const probe = (name: string, options?: { auto?: boolean }): SlotProbe => {
  const made = slotProbe(bench.engine, name, options);
  bench.probes.push(made);
  return made;
};
/** As a neighbour enqueues: without a wake token. */
const push = (queue: string, ...payloads: string[]): Promise<unknown> =>
  server.redis
    .multi()
    .sadd('resque:queues', queue)
    .rpush(`resque:queue:${queue}`, ...payloads)
    .exec();
const wake = (queue: string): Promise<number> => server.redis.rpush(`resque:wake:${queue}`, 1);

describe('a lane', () => {
  test('claims, settles and claims again, in order', async () => {
    await push('q', 'a', 'b', 'c');
    const one = probe('h:1', { auto: true });
    await one.join(bench.connection, ['q']);
    await until(() => one.claims.length === 3 && one.isAtRest);
    expect(one.claims.map(({ payload }) => payload)).toEqual(['a', 'b', 'c']);
    expect(await server.redis.get('resque:stat:processed')).toBe('3');
    expect(await server.redis.exists('resque:worker:h:1:q')).toBe(0);
  });

  test('a hundred jobs for ten slots need far fewer calls than jobs', async () => {
    await push('q', ...Array.from({ length: 100 }, (_, index) => `job ${index}`));
    const all = Array.from({ length: 10 }, (_, index) => probe(`h:1+${index}`, { auto: true }));
    await server.redis.config('RESETSTAT');
    for (const slot of all) await slot.join(bench.connection, ['q']);
    await until(async () => (await server.redis.get('resque:stat:processed')) === '100');
    const calls = /cmdstat_evalsha:calls=(\d+)/.exec(await server.redis.info('commandstats'))?.[1];
    expect(Number(calls)).toBeLessThan(60);
  });

  test('wakes by a token long before its poll, and passes the token on while jobs are left', async () => {
    const one = probe('h:1');
    await one.join(bench.connection, ['q'], 60_000);
    await until(() => one.told.includes('empty q'));
    await push('q', 'a', 'b');
    await wake('q');
    await until(() => one.claims.length === 1);
    expect(await server.redis.llen('resque:wake:q')).toBe(1);
  });

  test('finds by its poll what a neighbour pushed without a token', async () => {
    const one = probe('h:1');
    await one.join(bench.connection, ['q'], 50);
    await until(() => one.told.includes('empty q'));
    await push('q', 'a');
    await until(() => one.claims.length === 1);
  });

  test('of all queues notices a new one by its token', async () => {
    const one = probe('h:1');
    await one.join(bench.connection, ['*'], 60_000);
    await until(() => one.told.includes('empty '));
    await push('fresh', 'a');
    await server.redis.rpush('resque:wake', 1);
    await until(() => one.claims.length === 1);
    expect(one.told).toContain('queues fresh');
  });

  test('of all queues notices with the next beat of its lease what a neighbour pushed into a new one', async () => {
    const one = probe('h:1');
    await one.join(bench.connection, ['*'], 60_000);
    await until(() => one.told.includes('empty '));
    await push('fresh', 'a');
    // The lease is 10 s.
    await until(() => one.claims.length === 1, { timeoutMs: 3_500 });
  });

  test('two lanes of one process wake each by its own queue', async () => {
    const [one, two] = [probe('h:1'), probe('h:2')];
    await one.join(bench.connection, ['a'], 60_000);
    await until(() => one.told.includes('empty a'));
    await two.join(bench.connection, ['b'], 60_000);
    await until(() => two.told.includes('empty b'));
    await push('b', 'x');
    await wake('b');
    await until(() => two.claims.length === 1);
    await push('a', 'y');
    await wake('a');
    await until(() => one.claims.length === 1);
  });
});

describe('a lost lease', () => {
  test('settles nothing, is told, and the process works on under a new one', async () => {
    await push('q', 'a');
    const one = probe('h:1');
    await one.join(bench.connection, ['q'], 60_000);
    await until(() => one.claims.length === 1);
    const before = bench.engine.leaseId;
    // As `reap` leaves it.
    await server.redis
      .multi()
      .zrem('resque:leases', before)
      .del(`resque:lease:${before}`, 'resque:worker:h:1:q')
      .rpush('resque:queue:q', 'a')
      .exec();
    one.end();
    await until(() => one.claims.length === 2);
    expect(one.told.filter((word) => ['leaseLost', 'lost', 'settled'].includes(word))).toEqual([
      'leaseLost',
      'lost',
    ]);
    expect(bench.engine.leaseId).not.toBe(before);
    expect(await server.redis.get('resque:stat:processed')).toBeNull();
    one.end();
    await until(async () => (await server.redis.get('resque:stat:processed')) === '1');
  });

  test('the heartbeat notices it while a job runs', async () => {
    await push('q', 'a');
    const one = probe('h:1');
    await one.join(bench.connection, ['q'], 60_000);
    await until(() => one.claims.length === 1);
    await server.redis.del('resque:leases');
    await until(() => one.told.includes('leaseLost'));
    expect(await server.redis.zcard('resque:leases')).toBe(1);
  });

  test('a worker that was cleaned away by force loses its claim only, and is registered again', async () => {
    await push('q', 'a', 'b');
    const one = probe('h:1');
    await one.join(bench.connection, ['q'], 60_000);
    await until(() => one.claims.length === 1);
    await server.redis.multi().srem('resque:workers', 'h:1:q').del('resque:worker:h:1:q').exec();
    one.end();
    await until(() => one.told.includes('lost'));
    await until(() => one.claims.length === 2);
    expect(await server.redis.smembers('resque:workers')).toEqual(['h:1:q']);
  });
});

describe('the dead', () => {
  test('their jobs are taken back by whoever renews, within moments of the end of their lease', async () => {
    const dead = new Engine({ ...terms, leaseMs: 60_000 }, () => undefined);
    const other = new Connection(server.connection);
    await other.connect();
    await push('q', 'a');
    const corpse = slotProbe(dead, 'h:9');
    await corpse.join(other, ['q'], 60_000);
    await until(() => corpse.claims.length === 1);
    const lease = dead.leaseId;
    await server.redis.zadd('resque:leases', Date.now() + 300, lease);
    const one = probe('h:1');
    await one.join(bench.connection, ['q'], 60_000);
    await until(() => one.claims.length === 1, { timeoutMs: 2_000 });
    corpse.end();
    await until(() => corpse.told.includes('lost'));
    await corpse.leave();
    other.end();
  });
});

test('after the last worker left nothing of the process is left in Redis', async () => {
  const one = probe('h:1');
  await one.join(bench.connection, ['q']);
  await until(() => one.told.includes('empty q'));
  await one.leave();
  bench.probes = [];
  const left = await server.redis.keys('*');
  expect(left.filter((key) => key !== 'resque:connection_test_key')).toEqual(['resque:leases:looked']);
});

test('Redis going away and coming back: a call is sent again and settles once', async () => {
  await push('q', 'a');
  const one = probe('h:1');
  await one.join(bench.connection, ['q']);
  await until(() => one.claims.length === 1);
  await server.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  one.end();
  await until(async () => (await server.redis.get('resque:stat:processed')) === '1');
  // Redis has it before its answer is here.
  await until(() => one.isAtRest);
  expect(one.told.filter((word) => word === 'settled')).toEqual(['settled']);
});
