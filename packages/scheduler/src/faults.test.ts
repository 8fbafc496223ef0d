import { once } from 'node:events';
import { until } from '@reskue/testkit';
import { expect, test, vi } from 'vitest';
import { nodePayload, schedulerBench } from './scheduler-bench.test-kit.js';
import { Scheduler } from './scheduler.js';

const bench = schedulerBench();
const { keys } = bench;

const queued = (): Promise<string[]> => bench.server.redis.lrange(keys.queue('math'), 0, -1);

test('a Redis that went away and came back does not stop the scheduler', async () => {
  const scheduler = await bench.scheduler();
  const errors: Error[] = [];
  scheduler.on('error', (error) => errors.push(error));
  await scheduler.start();
  await once(scheduler, 'leader');
  await bench.server.server.kill();
  await until(() => errors.length > 0);
  await bench.server.restart();
  await bench.delayAsNeighbour(10, nodePayload('add'));
  await until(async () => (await queued()).length === 1);
  expect(scheduler.processing || scheduler.running).toBe(true);
});

test('killed connections and forgotten scripts do not stop the scheduler', async () => {
  const scheduler = await bench.scheduler();
  scheduler.on('error', () => {});
  await scheduler.start();
  await once(scheduler, 'leader');
  for (let n = 0; n < 5; n += 1) {
    await bench.server.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'YES');
    await bench.server.redis.script('FLUSH');
    await bench.delayAsNeighbour(10 + n, nodePayload('add', n));
    await until(async () => (await queued()).length === n + 1);
  }
  expect(await queued()).toEqual([0, 1, 2, 3, 4].map((n) => nodePayload('add', n)));
});

test('an error in every command is told, and scheduling goes on when it is over', async () => {
  await bench.server.redis.set(keys.schedule, 'no sorted set');
  const scheduler = await bench.scheduler();
  await scheduler.start();
  const [error] = await once(scheduler, 'error');
  expect(String(error)).toContain('WRONGTYPE');
  await bench.server.redis.del(keys.schedule);
  await bench.delayAsNeighbour(10, nodePayload('add'));
  await until(async () => (await queued()).length === 1);
});

test('poll() does not reject when Redis refuses; the error is an event', async () => {
  await bench.server.redis.set(keys.schedule, 'no sorted set');
  const scheduler = await bench.scheduler();
  const errors: Error[] = [];
  scheduler.on('error', (error) => errors.push(error));
  await scheduler.poll();
  expect(String(errors[0])).toContain('WRONGTYPE');
});

test('end() returns while Redis is away', async () => {
  const scheduler = await bench.scheduler();
  scheduler.on('error', () => {});
  await scheduler.start();
  await once(scheduler, 'leader');
  await bench.server.server.kill();
  const polling = scheduler.poll();
  const startedAt = performance.now();
  await scheduler.end();
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  await polling;
  await bench.server.restart();
});

test('end() returns while Redis is connected but silent', async () => {
  const scheduler = await bench.scheduler();
  scheduler.on('error', () => {});
  await scheduler.start();
  await once(scheduler, 'leader');
  process.kill(bench.server.server.pid, 'SIGSTOP');
  try {
    const polling = scheduler.poll();
    const startedAt = performance.now();
    await scheduler.end();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await polling;
  } finally {
    process.kill(bench.server.server.pid, 'SIGCONT');
  }
});

test('end() waits for the batch in hand and starts no other', async () => {
  const scheduler = await bench.scheduler();
  const told: number[] = [];
  let ended: Promise<void> | undefined;
  scheduler.on('transferredJob', (second) => {
    told.push(second);
    ended ??= scheduler.end();
  });
  for (let second = 1; second <= 50; second += 1)
    await bench.delayAsNeighbour(second, nodePayload('add', second));
  await scheduler.start();
  await once(scheduler, 'end');
  await ended;
  expect(told).toEqual([1]);
  expect(await queued()).toEqual([nodePayload('add', 1)]);
  expect(await bench.server.redis.zcard(keys.schedule)).toBe(49);
});

test('a client that was handed in is shared, never blocked, and left open', async () => {
  const redis = bench.server.client();
  const scheduler = await bench.scheduler({ connection: { redis } });
  const before = redis.listenerCount('error');
  await scheduler.start();
  await once(scheduler, 'leader');
  await until(async () => String(await redis.client('LIST')).includes('cmd=blpop'));
  const startedAt = performance.now();
  await redis.ping();
  expect(performance.now() - startedAt).toBeLessThan(500);
  await scheduler.end();
  expect(await redis.ping()).toBe('PONG');
  expect(redis.listenerCount('error')).toBe(before - 1);
});

test('an idle leader sends about one command a second', async () => {
  const scheduler = await bench.scheduler({ timeout: 5_000 });
  await scheduler.start();
  await once(scheduler, 'leader');
  await until(async () => String(await bench.server.redis.client('LIST')).includes('cmd=blpop'));
  const { client } = scheduler.connection;
  const sent = vi.spyOn(client, 'sendCommand');
  await bench.server.redis.set('six seconds', '1', 'PX', 6_000);
  await until(async () => (await bench.server.redis.exists('six seconds')) === 0, { timeoutMs: 7_000 });
  expect(sent.mock.calls.length).toBeGreaterThan(1);
  expect(sent.mock.calls.map(([command]) => command.name).length).toBeLessThanOrEqual(6);
});

test('a job that becomes the earliest wakes the leader, not a follower', async () => {
  const follower = await bench.scheduler({ name: 'follower:2', timeout: 60_000 });
  const leader = await bench.scheduler({ name: 'leader:1', timeout: 60_000 });
  const queue = await bench.queue();
  await leader.start();
  await once(leader, 'leader');
  await follower.start();
  await until(async () => String(await bench.server.redis.client('LIST')).includes('cmd=blpop'));
  const clients = String(await bench.server.redis.client('LIST'));
  expect(clients.match(/cmd=blpop/g)).toHaveLength(1);
  await queue.enqueueIn(300, 'math', 'add', [1]);
  const [, job] = await once(leader, 'transferredJob');
  expect(job).toEqual({ class: 'add', queue: 'math', args: [1] });
});

test('options are not shared with the caller', () => {
  const given = { connection: bench.server.connection };
  const scheduler = new Scheduler(given);
  expect(given).toEqual({ connection: bench.server.connection });
  expect(scheduler.options).not.toBe(given);
});

test('a full Redis: the leader goes on leading and promoting', async () => {
  const { redis } = bench.server;
  const scheduler = await bench.scheduler();
  const errors: string[] = [];
  scheduler.on('error', (error) => errors.push(String(error)));
  await scheduler.poll();
  for (let second = 1; second <= 3; second += 1)
    await bench.delayAsNeighbour(second, nodePayload('add', second));
  await redis.config('SET', 'maxmemory', '1');
  try {
    await scheduler.poll();
    expect(scheduler.leader).toBe(true);
    expect(await queued()).toEqual([1, 2, 3].map((n) => nodePayload('add', n)));
    expect(errors).toEqual([]);
  } finally {
    await redis.config('SET', 'maxmemory', '0');
  }
});
