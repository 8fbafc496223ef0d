import type { Jobs } from 'reskue';
import { describe, expect, test } from 'vitest';
import { bothWays, fleet, next, slowJob, until, type Whose } from './fleet.test-kit.js';

const all = fleet();
const add: Jobs = {
  add: { perform: async (...numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) },
  bad: {
    perform: async () => {
      throw new RangeError('bad');
    },
  },
};

test('a hundred jobs of both are worked by both together, each once', async () => {
  const [ours, theirs] = [await all.queue('ours'), await all.queue('theirs')];
  for (let number = 0; number < 50; number += 1) {
    await ours.enqueue('math', 'add', [number, 0]);
    await theirs.enqueue('math', 'add', [number, 1_000]);
  }
  const results: unknown[] = [];
  const workers = [
    await all.worker('theirs', 'host:1', add),
    await all.worker('ours', 'host:2', add),
    await all.worker('theirs', 'host:3', add, { queues: ['*'] }),
    await all.worker('ours', 'host:4', add, { queues: ['*'] }),
  ];
  const counts = workers.map(() => 0);
  for (const [at, worker] of workers.entries()) {
    worker.on('success', (_queue, _job, result: unknown) => {
      results.push(result);
      counts[at] = (counts[at] ?? 0) + 1;
    });
  }
  await Promise.all(workers.map((worker) => worker.start()));
  await until(() => results.length >= 100);
  const expected = Array.from({ length: 50 }, (_, number) => [number, number + 1_000]).flat();
  expect(results.sort()).toEqual(expected.sort());
  for (const queue of [ours, theirs]) {
    await until(async () => (await queue.stats())['processed'] === '100');
    expect(await queue.length('math')).toBe(0);
  }
});

describe.each(bothWays)('of $one, and $other', ({ one, other }) => {
  test('what one enqueues, the other works', async () => {
    const queue = await all.queue(one);
    const worker = await all.worker(other, 'host:1', add);
    await worker.start();
    const success = next(worker, 'success');
    await queue.enqueue('math', 'add', [1, 2]);
    expect((await success)[2]).toBe(3);
    expect(await queue.stats()).toMatchObject({ processed: '1', 'processed:host:1': '1' });
  });

  test('what one enqueues, the other lists, finds and removes', async () => {
    const [writer, reader] = [await all.queue(one), await all.queue(other)];
    for (const number of [1, 2, 2, 3]) await writer.enqueue('math', 'add', [number, { b: [number] }]);
    expect(await reader.queues()).toEqual(['math']);
    expect(await reader.queued('math', 0, 0)).toEqual([
      { class: 'add', queue: 'math', args: [1, { b: [1] }] },
    ]);
    expect(await reader.del('math', 'add', [2, { b: [2] }])).toBe(2);
    expect(await reader.delByFunction('math', 'add')).toBe(2);
    expect(await writer.length('math')).toBe(0);
    await writer.enqueue('math', 'add');
    await reader.delQueue('math');
    expect(await writer.queues()).toEqual([]);
  });

  test('what fails at one, the other reads, removes and retries', async () => {
    const [queue, reader] = [await all.queue(one), await all.queue(other)];
    const worker = await all.worker(one, 'host:1', add);
    for (const number of [1, 2]) await queue.enqueue('math', 'bad', [number]);
    await worker.start();
    await until(async () => (await reader.failedCount()) === 2);
    await worker.end();
    const [first, second] = await reader.failed(0, -1);
    expect(first).toMatchObject({
      worker: 'host:1',
      queue: 'math',
      payload: { class: 'bad', queue: 'math', args: [1] },
      exception: 'RangeError',
      error: 'bad',
    });
    expect(await reader.removeFailed(first!)).toBe(1);
    expect(await reader.retryAndRemoveFailed(second!)).toBe(true);
    expect(await queue.failedCount()).toBe(0);
    expect(await queue.queued('math', 0, -1)).toEqual([{ class: 'bad', queue: 'math', args: [2] }]);
    expect(await reader.stats()).toMatchObject({ failed: '2' });
  });

  test('what one delays, the other finds, refuses a second time, and removes', async () => {
    const [writer, reader] = [await all.queue(one), await all.queue(other)];
    await writer.enqueueAt(4_102_444_800_000, 'math', 'add', [1]);
    await writer.enqueueAt(4_102_444_800_000, 'math', 'add', [2]);
    expect(await reader.timestamps()).toEqual([4_102_444_800_000]);
    expect(await reader.scheduledAt('math', 'add', [1])).toEqual([4_102_444_800]);
    expect((await reader.delayedAt(4_102_444_800_000)).tasks).toHaveLength(2);
    await expect(reader.enqueueAt(4_102_444_800_000, 'math', 'add', [1])).rejects.toThrow(
      'Job already enqueued at this time with same arguments',
    );
    expect(await reader.delDelayed('math', 'add', [1])).toEqual([4_102_444_800]);
    expect(await reader.delDelayed('math', 'add', [2])).toEqual([4_102_444_800]);
    expect(await writer.allDelayed()).toEqual({});
    // The same job may come again.
    expect(await writer.enqueueAt(4_102_444_800_000, 'math', 'add', [1])).toBe(true);
  });

  test('what one delays, the scheduler of the other promotes', async () => {
    const queue = await all.queue(one);
    await queue.enqueueAt(1_000, 'math', 'add', [1]);
    await queue.enqueueIn(50, 'math', 'add', [2]);
    const scheduler = await all.scheduler(other);
    await scheduler.start();
    await until(async () => (await queue.length('math')) === 2);
    expect((await queue.queued('math', 0, -1)).map(({ args }) => args as unknown)).toEqual([[1], [2]]);
    expect(await queue.timestamps()).toEqual([]);
    expect(await queue.scheduledAt('math', 'add', [1])).toEqual([]);
  });

  test('after the scheduler of one promoted what the other delayed, nothing of it is left', async () => {
    const queue = await all.queue(one);
    for (let number = 0; number < 5; number += 1)
      await queue.enqueueAt(1_000 + number, 'math', 'add', [number]);
    const scheduler = await all.scheduler(other);
    await scheduler.poll();
    await scheduler.end();
    expect(await queue.length('math')).toBe(5);
    // Once its time has come, ours takes the exact times away that theirs does not know.
    await (await all.scheduler('ours', { name: 'after' })).poll();
    const left = (await all.server.redis.keys('*')).filter((key) => /delayed|timestamps|:due$/.test(key));
    expect(left).toEqual([]);
    expect(await queue.length('math')).toBe(5);
  });

  test('a lock of QueueLock holds for both, and is released by either', async () => {
    const jobs = (whose: Whose): Jobs => ({
      add: { plugins: [all.library(whose).Plugins.QueueLock], perform: async () => 0 },
    });
    const [writer, reader] = [await all.queue(one, jobs(one)), await all.queue(other, jobs(other))];
    expect(await writer.enqueue('math', 'add', [1])).toBe(true);
    expect(await reader.enqueue('math', 'add', [1])).toBe(false);
    expect(Object.keys(await reader.locks())).toEqual(['lock:add:math:[1]']);
    const worker = await all.worker(other, 'host:1', jobs(other));
    const success = next(worker, 'success');
    await worker.start();
    await success;
    await until(async () => Object.keys(await writer.locks()).length === 0);
    expect(await writer.enqueue('math', 'add', [1])).toBe(true);
    const [lock = ''] = Object.keys(await reader.locks());
    await worker.end();
    expect(await writer.delLock(lock)).toBeLessThanOrEqual(1);
  });

  test('of two equal jobs under JobLock one runs at a time, whoever has which', async () => {
    const { slow, ends } = slowJob(all);
    const jobs = (whose: Whose): Jobs => ({
      slow: {
        ...slow,
        plugins: [all.library(whose).Plugins.JobLock],
        pluginOptions: { JobLock: { enqueueTimeout: 20 } },
      },
    });
    const queue = await all.queue(one);
    const first = await all.worker(one, 'host:1', jobs(one));
    const second = await all.worker(other, 'host:2', jobs(other));
    await queue.enqueue('math', 'slow', [1]);
    const job = next(first, 'job');
    await first.start();
    await job;
    await until(() => ends.length === 1);
    await queue.enqueue('math', 'slow', [1]);
    await second.start();
    await until(async () => (await queue.timestamps()).length === 1);
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await until(async () => Object.keys(await queue.locks()).length === 0);
    const scheduler = await all.scheduler(other);
    await scheduler.start();
    await until(() => ends.length === 2);
    ends[1]?.();
  });

  test('a retry that one began, the other goes on with', async () => {
    const jobs = (whose: Whose): Jobs => ({
      bad: {
        plugins: [all.library(whose).Plugins.Retry],
        pluginOptions: { Retry: { retryLimit: 2, retryDelay: 20 } },
        perform: async () => {
          throw new Error('bad');
        },
      },
    });
    const queue = await all.queue(one);
    const first = await all.worker(one, 'host:1', jobs(one));
    const success = next(first, 'success');
    await queue.enqueue('math', 'bad', [1, 2]);
    await first.start();
    await success;
    await first.end();
    expect(await all.server.redis.get('resque:resque-retry:bad:1-2')).toBe('0');
    const second = await all.worker(other, 'host:2', jobs(other));
    const failure = next(second, 'failure');
    await second.start();
    await (await all.scheduler(other)).start();
    expect((await failure)[2]).toMatchObject({ message: 'bad' });
    await until(async () => (await all.server.redis.keys('resque:*retry*')).length === 0);
    expect(await queue.failedCount()).toBe(1);
  });
});
