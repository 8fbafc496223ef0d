import { Plugin, type Jobs } from '@reskue/core';
import { expect, test } from 'vitest';
import { nodePayload, schedulerBench } from './scheduler-bench.test-kit.js';

const bench = schedulerBench();
const { keys } = bench;

const queued = (): Promise<string[]> => bench.server.redis.lrange(keys.queue('math'), 0, -1);
const calls: string[] = [];

class Spy extends Plugin {
  override beforeEnqueue(): boolean {
    calls.push(`before ${this.args.join()}`);
    return true;
  }
  override async afterEnqueue(): Promise<void> {
    calls.push(`after ${this.args.join()} ${(await queued()).length}`);
  }
}

class Refuses extends Plugin {
  override beforeEnqueue(): boolean {
    return this.options.refuses !== true;
  }
}

class Throws extends Plugin {
  override beforeEnqueue(): void {
    throw new Error('no such luck');
  }
}

/** What node-resque's plugin of this name does, and what a plugin of an application may do as well. */
class DelayQueueLock extends Plugin {
  override async beforeEnqueue(): Promise<boolean> {
    return (await this.queueObject.scheduledAt(this.queue, this.func, this.args)).length === 0;
  }
}

const perform = (): null => null;
const jobs = {
  spied: { plugins: [Spy], perform },
  refused: { plugins: [Refuses], pluginOptions: { Refuses: { refuses: true } }, perform },
  unlucky: { plugins: [Throws], perform },
  single: { plugins: [DelayQueueLock], perform },
} satisfies Jobs;

test('the hooks of a due job run once a job, around the move', async () => {
  calls.length = 0;
  const scheduler = await bench.scheduler({}, jobs);
  await bench.delayAsNeighbour(10, nodePayload('plain', 0), nodePayload('spied', 1), nodePayload('spied', 2));
  await scheduler.poll();
  expect(calls).toEqual(['before 1', 'after 1 2', 'before 2', 'after 2 3']);
  expect(await queued()).toEqual([nodePayload('plain', 0), nodePayload('spied', 1), nodePayload('spied', 2)]);
});

test('without jobs no hook runs, as in node-resque', async () => {
  const scheduler = await bench.scheduler();
  await bench.delayAsNeighbour(10, nodePayload('refused'));
  await scheduler.poll();
  expect(await queued()).toEqual([nodePayload('refused')]);
});

test('a due job that a plugin refuses is not lost: it stays delayed and is not said to be transferred', async () => {
  const scheduler = await bench.scheduler({}, jobs);
  const told: unknown[][] = [];
  scheduler.on('refusedJob', (...args) => told.push(args));
  scheduler.on('transferredJob', () => expect.unreachable());
  await bench.delayAsNeighbour(10, nodePayload('refused', 1));
  await scheduler.poll();
  expect(told).toEqual([[10, { class: 'refused', queue: 'math', args: [1] }]]);
  expect(await queued()).toEqual([]);
  const queue = await bench.queue();
  const [second] = await queue.scheduledAt('math', 'refused', [1]);
  expect(second).toBeGreaterThan(await bench.second());
  expect(await bench.server.redis.lrange(keys.bucket(second!), 0, -1)).toEqual([nodePayload('refused', 1)]);
  expect(await bench.server.redis.exists(keys.bucket(10))).toBe(0);
  // Not again at once: it waits for its new time.
  await scheduler.poll();
  expect(told.length).toBe(1);
});

test('a job that was refused is promoted when it is refused no more', async () => {
  const scheduler = await bench.scheduler({}, jobs);
  await bench.delayAsNeighbour(10, nodePayload('refused', 1));
  await scheduler.poll();
  const [second] = await bench.server.redis.zrange(keys.schedule, '0', '-1');
  // As if its time had come.
  await bench.server.redis.zadd(keys.due, 1_000, `${second}:${nodePayload('refused', 1)}`);
  jobs.refused.pluginOptions.Refuses.refuses = false;
  await scheduler.poll();
  jobs.refused.pluginOptions.Refuses.refuses = true;
  expect(await queued()).toEqual([nodePayload('refused', 1)]);
  expect(await bench.server.redis.exists(keys.schedule, keys.due)).toBe(0);
});

test('a hook that throws is an error event with the queue, and the job stays delayed', async () => {
  const scheduler = await bench.scheduler({}, jobs);
  const errors: unknown[][] = [];
  scheduler.on('error', (error, queue) => errors.push([error.message, queue]));
  await bench.delayAsNeighbour(10, nodePayload('unlucky'), nodePayload('plain'));
  await scheduler.poll();
  expect(errors).toEqual([['no such luck', 'math']]);
  expect(await queued()).toEqual([nodePayload('plain')]);
  expect(await bench.server.redis.zcard(keys.schedule)).toBe(1);
});

test('a plugin that refuses what is delayed already does not refuse a promotion because of the job itself', async () => {
  const scheduler = await bench.scheduler({}, jobs);
  const later = (await bench.second()) + 1_000;
  await bench.delayAsNeighbour(10, nodePayload('single', 1));
  await bench.delayAsNeighbour(later, nodePayload('single', 1), nodePayload('single', 2));
  await scheduler.poll();
  expect(await queued()).toEqual([nodePayload('single', 1)]);
  // The later ones are where they were.
  expect(await bench.server.redis.llen(keys.bucket(later))).toBe(2);
});

test('what a hook does to args that it got does not change the bytes that go to the queue', async () => {
  class Mutates extends Plugin {
    override beforeEnqueue(): void {
      this.args.push('more');
    }
  }
  const scheduler = await bench.scheduler({}, { changed: { plugins: [Mutates], perform } });
  await bench.delayAsNeighbour(10, '{"class":"changed","queue":"math","args":[1.0]}');
  await scheduler.poll();
  expect(await queued()).toEqual(['{"class":"changed","queue":"math","args":[1.0]}']);
});
