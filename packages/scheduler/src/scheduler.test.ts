import { once } from 'node:events';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { Scheduler } from './scheduler.js';
import { nodePayload, schedulerBench } from './scheduler-bench.test-kit.js';

const bench = schedulerBench();
const { keys } = bench;

test('a poll moves what is due to its queue and leaves no trace of the delay', async () => {
  const scheduler = await bench.scheduler();
  const told: unknown[][] = [];
  scheduler.on('workingTimestamp', (...args) => told.push(['workingTimestamp', ...args]));
  scheduler.on('transferredJob', (...args) => told.push(['transferredJob', ...args]));
  await bench.delayAsNeighbour(10, nodePayload('add', 1, 2));

  await scheduler.poll();

  expect(await bench.server.redis.lrange(keys.queue('math'), 0, -1)).toEqual([nodePayload('add', 1, 2)]);
  expect(told).toEqual([
    ['workingTimestamp', '10'],
    ['transferredJob', 10, { class: 'add', queue: 'math', args: [1, 2] }],
  ]);
  const left = (await bench.server.redis.keys('*')).filter((key) => /delayed|timestamps|due$/.test(key));
  expect(left).toEqual([]);
});

test('a job is promoted at its millisecond, not before, and without waiting for a poll', async () => {
  const queue = await bench.queue();
  const scheduler = await bench.scheduler({ timeout: 30_000 });
  const promotedAt: number[] = [];
  scheduler.on('transferredJob', () => promotedAt.push(Date.now()));
  await scheduler.start();
  await once(scheduler, 'poll');
  const dueAt = Date.now() + 400;
  await queue.enqueueAt(dueAt, 'math', 'add', [1]);
  await queue.enqueueAt(dueAt + 250, 'math', 'add', [2]);
  await until(() => promotedAt.length === 2);
  expect(promotedAt[0]! - dueAt).toBeGreaterThanOrEqual(-1);
  expect(promotedAt[0]! - dueAt).toBeLessThan(100);
  expect(promotedAt[1]! - dueAt).toBeGreaterThanOrEqual(249);
  expect(promotedAt[1]! - dueAt).toBeLessThan(350);
});

test('start, connect and end may be called twice, and end releases the locks', async () => {
  const scheduler = await bench.scheduler({ name: 'one:1' });
  const ends: string[] = [];
  scheduler.on('end', () => ends.push('end'));
  await scheduler.connect();
  await scheduler.start();
  await scheduler.start();
  await once(scheduler, 'leader');
  expect(scheduler.leader).toBe(true);
  expect(await bench.server.redis.mget(keys.leaderLock, keys.rubyMasterLock, keys.v4MasterLock)).toEqual([
    'one:1',
    'one:1',
    'one:1',
  ]);
  await Promise.all([scheduler.end(), scheduler.end()]);
  await scheduler.end();
  expect(ends).toEqual(['end']);
  expect(scheduler.leader).toBe(false);
  expect(await bench.server.redis.exists(keys.leaderLock, keys.rubyMasterLock, keys.v4MasterLock)).toBe(0);
});

test('a scheduler that ended can begin anew', async () => {
  const scheduler = await bench.scheduler();
  await scheduler.start();
  await once(scheduler, 'leader');
  await scheduler.end();
  await scheduler.connect();
  await scheduler.start();
  await once(scheduler, 'leader');
  expect(scheduler.running).toBe(true);
});

test('before connect() it says what is missing', async () => {
  const scheduler = new Scheduler({ connection: bench.server.connection });
  await expect(scheduler.poll()).rejects.toMatchObject({ code: 'RESKUE_NOT_CONNECTED' });
  await expect(scheduler.start()).rejects.toMatchObject({ code: 'RESKUE_NOT_CONNECTED' });
  await scheduler.end();
});

test('the defaults are those of node-resque', () => {
  const { options } = new Scheduler();
  expect(options).toMatchObject({
    timeout: 5_000,
    stuckWorkerTimeout: 3_600_000,
    leaderLockTimeout: 180,
    retryStuckJobs: false,
  });
  expect(options.name).toMatch(new RegExp(`:${process.pid}$`));
});

test.each([
  [{ timeout: 0 }, /Scheduler option "timeout": expected .* got 0/],
  [{ leaderLockTimeout: 0.5 }, /"leaderLockTimeout"/],
  [{ stuckWorkerTimeout: -1 }, /"stuckWorkerTimeout"/],
  [{ name: ' ' }, /"name"/],
])('the option in %j is refused', (options, message) => {
  expect(() => new Scheduler(options)).toThrow(message);
});

test('end() while connect() is under way ends both', async () => {
  const scheduler = new Scheduler({ connection: bench.server.connection });
  const connecting = scheduler.connect();
  await scheduler.end();
  await expect(connecting).rejects.toMatchObject({ code: 'RESKUE_CONNECTION_ENDED' });
});

test('a poll by hand right after enqueueIn(1) moves the job', async () => {
  const queue = await bench.queue();
  const scheduler = await bench.scheduler();
  for (let n = 1; n <= 30; n += 1) {
    await queue.enqueueIn(1, 'math', 'add', [n]);
    await scheduler.poll();
    expect(await bench.server.redis.llen(keys.queue('math'))).toBe(n);
  }
});
