import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { nodePayload, schedulerBench } from './scheduler-bench.test-kit.js';

const bench = schedulerBench();
const { keys } = bench;

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const queued = async (): Promise<string[]> => bench.server.redis.lrange(keys.queue('math'), 0, -1);

test('10,000 jobs of one second are promoted once each, in their order', async () => {
  const payloads = numbers(10_000).map((n) => nodePayload('add', n));
  await bench.delayAsNeighbour(10, ...payloads);
  const scheduler = await bench.scheduler();
  await scheduler.poll();
  expect(await queued()).toEqual(payloads);
  expect(await bench.server.redis.exists(keys.schedule, keys.bucket(10), keys.due)).toBe(0);
});

test('10,000 jobs over 1,000 past seconds are promoted once each, the earliest first', async () => {
  for (const second of numbers(1_000)) {
    await bench.delayAsNeighbour(second + 1, ...numbers(10).map((n) => nodePayload('add', second * 10 + n)));
  }
  const scheduler = await bench.scheduler();
  await scheduler.poll();
  expect(await queued()).toEqual(numbers(10_000).map((n) => nodePayload('add', n)));
  expect(await bench.server.redis.exists(keys.schedule, keys.due)).toBe(0);
});

test('two schedulers at once promote 2,000 due jobs once each', async () => {
  const queue = await bench.queue();
  const at = Date.now() + 1_500;
  await Promise.all(numbers(1_000).map((n) => queue.enqueueAt(at + (n % 200), 'math', 'add', [n])));
  await bench.delayAsNeighbour(10, ...numbers(1_000).map((n) => nodePayload('sub', n)));
  // Of one name, so that both hold the lock, which is what a stalled clock makes of two names.
  const schedulers = await Promise.all(numbers(2).map(() => bench.scheduler({ name: 'same:1' })));
  let told = 0;
  for (const scheduler of schedulers) scheduler.on('transferredJob', () => (told += 1));
  await Promise.all(schedulers.map((scheduler) => scheduler.start()));
  await until(async () => (await queued()).length >= 2_000);
  expect(new Set(await queued()).size).toBe(2_000);
  expect((await queued()).length).toBe(2_000);
  await until(() => told === 2_000);
});

test('a due job behind 3,000 that are due later is promoted in time', async () => {
  const second = (await bench.second()) + 2;
  await bench.delayAsNeighbour(second, ...numbers(3_000).map((n) => nodePayload('late', n)));
  const members = numbers(3_000).flatMap((n) => [
    second * 1_000 + 450,
    `${second}:${nodePayload('late', n)}`,
  ]);
  await bench.server.redis.zadd(keys.due, ...members);
  await bench.delayAsNeighbour(second, nodePayload('early'));
  await bench.server.redis.zadd(keys.due, second * 1_000 - 1_000, `${second}:${nodePayload('early')}`);
  const scheduler = await bench.scheduler();
  await scheduler.start();
  await until(async () => (await queued()).length > 0);
  expect(await queued()).toEqual([nodePayload('early')]);
  expect(Number((await bench.server.redis.time())[0])).toBeLessThan(second);
});
