import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { schedulerBench } from './scheduler-bench.test-kit.js';

const bench = schedulerBench();
const { keys } = bench;

/** What a neighbour left in Redis, as dumped from a live one; the seconds are moved into the past. */
interface Vector {
  /** Second to payloads. */
  delayed: Record<number, string[]>;
  /** Seconds that stand in the schedule beyond those. */
  emptied?: number[];
}

const ruby = (...args: unknown[]): string => `{"class":"Echo","args":${JSON.stringify(args)},"queue":"rig"}`;
const node = (...args: unknown[]): string => `{"class":"Echo","queue":"rig","args":${JSON.stringify(args)}}`;
const T = 1_700_000_000;

const vectors: [string, Vector][] = [
  ['23 delayed_one, Ruby', { delayed: { [T]: [ruby(1, 'é')] } }],
  ['23 delayed_one, node-resque', { delayed: { [T]: [node(1, 'é')] } }],
  ['24 delayed_fraction, Ruby', { delayed: { [T]: [ruby(1)] } }],
  ['24 delayed_fraction, node-resque', { delayed: { [T + 1]: [node(1)] } }],
  ['25 delayed_same_second, Ruby', { delayed: { [T]: [ruby(1), ruby(2), ruby(1)], [T + 60]: [ruby(1)] } }],
  ['25 delayed_same_second, node-resque', { delayed: { [T]: [node(1), node(2)], [T + 60]: [node(1)] } }],
  ['26 delayed_removed, either', { delayed: {}, emptied: [T] }],
  ['27 delayed_promoted, Ruby', { delayed: { [T]: [ruby(1)] } }],
  ['27 delayed_promoted, node-resque', { delayed: { [T]: [node(1)] } }],
  ['both in one second', { delayed: { [T]: [ruby(1), node(1)] } }],
];

async function replay({ delayed, emptied = [] }: Vector): Promise<string[]> {
  for (const [second, payloads] of Object.entries(delayed))
    await bench.delayAsNeighbour(Number(second), ...payloads);
  for (const second of emptied) await bench.server.redis.zadd(keys.schedule, second, String(second));
  return Object.values(delayed).flat();
}

test.each(vectors)(
  'vector %s: promoted byte for byte, in order, and nothing of it stays',
  async (_, vector) => {
    const expected = await replay(vector);
    const scheduler = await bench.scheduler();
    await scheduler.poll();
    expect(await bench.server.redis.lrange(keys.queue('rig'), 0, -1)).toEqual(expected);
    await scheduler.end();
    const left = (await bench.server.redis.keys('*')).filter(
      (key) => !/wake|leases:looked|connection_test_key/.test(key),
    );
    expect(left.sort()).toEqual(expected.length > 0 ? [keys.queue('rig'), keys.queues] : []);
  },
);

test.each(vectors)(
  'vector %s: a second scheduler of ours beside the first moves nothing twice',
  async (_, vector) => {
    const expected = await replay(vector);
    const pair = await Promise.all([
      bench.scheduler({ name: 'same:1' }),
      bench.scheduler({ name: 'same:1' }),
    ]);
    await Promise.all(pair.map((scheduler) => scheduler.poll()));
    expect((await bench.server.redis.lrange(keys.queue('rig'), 0, -1)).sort()).toEqual(expected.sort());
  },
);

test('a neighbour’s job is not promoted before its second begins', async () => {
  const second = (await bench.second()) + 2;
  await bench.delayAsNeighbour(second, ruby(1), node(1));
  const scheduler = await bench.scheduler({ timeout: 20 });
  const promotedAt: number[] = [];
  scheduler.on('transferredJob', () => promotedAt.push(Date.now()));
  await scheduler.start();
  await until(() => promotedAt.length === 2);
  expect(Math.min(...promotedAt)).toBeGreaterThanOrEqual(second * 1_000);
  expect(Math.max(...promotedAt)).toBeLessThan(second * 1_000 + 300);
});

test('vector 31 scheduler_lock: the lock of either is where the other looks for it, with its expiry', async () => {
  const scheduler = await bench.scheduler({ name: 'localhost:30551' });
  await scheduler.poll();
  for (const lock of ['resque:resque:resque_scheduler_master_lock', 'resque:resque_scheduler_leader_lock']) {
    expect(await bench.server.redis.get(lock)).toBe('localhost:30551');
    expect(await bench.server.redis.ttl(lock)).toBeGreaterThan(178);
  }
});

test.each(['resque:resque:resque_scheduler_master_lock', 'resque:resque_scheduler_leader_lock'])(
  'vector 31 scheduler_lock: the holder of %s is left alone',
  async (lock) => {
    await bench.server.redis.set(lock, 'localhost:30551', 'EX', 180);
    await replay({ delayed: { [T]: [ruby(1)] } });
    const scheduler = await bench.scheduler();
    await scheduler.poll();
    expect(scheduler.leader).toBe(false);
    expect(await bench.server.redis.llen(keys.bucket(T))).toBe(1);
    expect(await bench.server.redis.get(lock)).toBe('localhost:30551');
  },
);

test('a neighbour’s job is not held up by one of ours that was due in the same second before it began', async () => {
  const queue = await bench.queue();
  const second = (await bench.second()) + 2;
  const scheduler = await bench.scheduler({ timeout: 30_000 });
  await bench.delayAsNeighbour(second, ruby(1));
  await queue.enqueueAt(second * 1_000 - 300, 'rig', 'Echo', ['ours, early']);
  await queue.enqueueAt(second * 1_000 + 300, 'rig', 'Echo', ['ours, late']);
  const lateness: number[] = [];
  const dueAt = [second * 1_000 - 300, second * 1_000, second * 1_000 + 300];
  scheduler.on('transferredJob', () => lateness.push(Date.now() - dueAt[lateness.length]!));
  await scheduler.start();
  await until(() => lateness.length === 3);
  for (const ms of lateness) expect(ms).toBeGreaterThanOrEqual(-1);
  for (const ms of lateness) expect(ms).toBeLessThan(200);
  expect(await bench.server.redis.lrange(keys.queue('rig'), 0, -1)).toEqual([
    node('ours, early'),
    ruby(1),
    node('ours, late'),
  ]);
});
