import { Plugin, type Jobs } from '@reskue/core';
import { JobLock, QueueLock } from '@reskue/plugins';
import { until } from '@reskue/testkit';
import { describe, expect, test } from 'vitest';
import { next, pluginBench } from './plugin-bench.test-kit.js';

const bench = pluginBench();
const lockName = 'resque:lock:add:q:[1]';
const perform = (): void => {};
const jobsWith = (plugins: unknown[], options: object = {}): Jobs => ({
  add: { plugins, pluginOptions: { QueueLock: options }, perform },
});
const jobs = jobsWith([QueueLock]);
const lockLeft = (): Promise<number> => bench.server.redis.exists(lockName);

test("a job is enqueued once while it waits, under node-resque's lock with lockTimeout to live", async () => {
  const queue = await bench.queue(jobsWith(['QueueLock'], { lockTimeout: 100 }));
  expect(await queue.enqueue('q', 'add', [1])).toBe(true);
  expect(await queue.enqueue('q', 'add', [1])).toBe(false);
  expect(await queue.enqueue('q', 'add', [2])).toBe(true);
  expect(await queue.length('q')).toBe(2);
  expect(await bench.server.redis.ttl(lockName)).toBe(100);
  const value = Number(await bench.server.redis.get(lockName)) - Date.now() / 1_000;
  expect(Math.abs(value - 101)).toBeLessThan(1.5);
});

test('once it runs, its like may be enqueued, also while it runs', async () => {
  let enqueuedMeanwhile: boolean | undefined;
  const queue = await bench.queue(jobs);
  const worker = await bench.worker({
    add: {
      plugins: [QueueLock],
      perform: async () => (enqueuedMeanwhile ??= await queue.enqueue('q', 'add', [1])),
    },
  });
  await queue.enqueue('q', 'add', [1]);
  await worker.start();
  await next(worker, 'pause');
  expect(enqueuedMeanwhile).toBe(true);
  expect(await lockLeft()).toBe(0);
});

test("a neighbour's lock counts until its value is past, also without an expiry", async () => {
  const queue = await bench.queue(jobs);
  const now = Math.floor(Date.now() / 1_000);
  await bench.server.redis.set(lockName, now + 5);
  expect(await queue.enqueue('q', 'add', [1])).toBe(false);
  await bench.server.redis.set(lockName, now - 2);
  expect(await queue.enqueue('q', 'add', [1])).toBe(true);
  expect(await bench.server.redis.ttl(lockName)).toBe(3600);
});

test('a key of the application is used as it is', async () => {
  const queue = await bench.queue(jobsWith([QueueLock], { key: 'my-key' }));
  await queue.enqueue('q', 'add', [1]);
  expect(await bench.server.redis.exists('my-key')).toBe(1);
  expect(await queue.enqueue('q', 'add', [2])).toBe(false);
});

describe('the lock does not stay when', () => {
  const refusing = class Refusing extends Plugin {
    override beforeEnqueue = (): boolean => false;
  };
  const throwing = class Throwing extends Plugin {
    override beforeEnqueue = (): never => {
      throw new Error('no');
    };
  };

  test('a later plugin refuses the job', async () => {
    const queue = await bench.queue(jobsWith([QueueLock, refusing]));
    expect(await queue.enqueue('q', 'add', [1])).toBe(false);
    expect(await lockLeft()).toBe(0);
  });

  test('a later plugin throws', async () => {
    const queue = await bench.queue(jobsWith([QueueLock, throwing]));
    await expect(queue.enqueue('q', 'add', [1])).rejects.toThrow('no');
    expect(await lockLeft()).toBe(0);
  });

  test.each([
    ['del', (queue) => queue.del('q', 'add', [1])],
    ['del of one', (queue) => queue.del('q', 'add', [1], 1)],
    ['delByFunction', (queue) => queue.delByFunction('q', 'add')],
    ['delQueue', (queue) => queue.delQueue('q')],
  ] as [string, (queue: Awaited<ReturnType<typeof bench.queue>>) => Promise<unknown>][])(
    'the job is removed by %s',
    async (_, remove) => {
      const queue = await bench.queue(jobs);
      await queue.enqueue('q', 'add', [1]);
      await queue.enqueue('q', 'add', [2]);
      await remove(queue);
      expect(await lockLeft()).toBe(0);
      expect(await queue.enqueue('q', 'add', [1])).toBe(true);
    },
  );
});

test('a plugin that refuses an enqueue does not take the lock from the job that waits', async () => {
  const queue = await bench.queue(jobs);
  await queue.enqueue('q', 'add', [1]);
  expect(await queue.enqueue('q', 'add', [1])).toBe(false);
  expect(await lockLeft()).toBe(1);
});

test('the lock stays when an afterEnqueue hook throws, for the job is in its queue', async () => {
  class Throwing extends Plugin {
    override afterEnqueue = (): never => {
      throw new Error('late');
    };
  }
  const queue = await bench.queue(jobsWith([QueueLock, Throwing]));
  await expect(queue.enqueue('q', 'add', [1])).rejects.toThrow('late');
  expect(await queue.length('q')).toBe(1);
  expect(await lockLeft()).toBe(1);
});

test('a job that a stopping worker puts back is locked again', async () => {
  let begun = false;
  const hanging: Jobs = {
    add: {
      plugins: [QueueLock, JobLock],
      perform: () => {
        begun = true;
        return new Promise<void>(() => {});
      },
    },
  };
  const queue = await bench.queue(hanging);
  const worker = await bench.worker(hanging);
  await queue.enqueue('q', 'add', [1]);
  await worker.start();
  await until(() => begun);
  expect(await lockLeft()).toBe(0);
  await worker.end({ timeout: 1 });
  expect(await queue.length('q')).toBe(1);
  expect(await queue.enqueue('q', 'add', [1])).toBe(false);
});

test('a due job takes the lock when it is promoted, and waits while its like is in the queue', async () => {
  const queue = await bench.queue(jobs);
  await queue.enqueue('q', 'add', [1]);
  await queue.enqueueAt(1_000, 'q', 'add', [1]);
  const scheduler = await bench.scheduler(jobs);
  await next(scheduler, 'refusedJob');
  expect(await queue.length('q')).toBe(1);
  await queue.del('q', 'add', [1]);
  await until(async () => (await queue.length('q')) === 1);
  expect(await lockLeft()).toBe(1);
});
