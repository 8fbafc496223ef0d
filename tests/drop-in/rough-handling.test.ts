import { expect, test } from 'vitest';
import { dropIn, next, timeout, until } from './library.test-kit.js';

// What test suites of applications do to their Redis between two tests, with roles alive.
dropIn((app) => {
  const add = { perform: async (a: number, b: number) => a + b };
  /** Removes every key of the namespace. */
  const clear = async () => {
    const keys = await app.redis.keys('resque*');
    if (keys.length > 0) await app.redis.del(...keys);
  };

  test('all keys are deleted under an idle worker: it works the next job', async () => {
    const queue = await app.queue();
    const worker = await app.worker({ add });
    await worker.start();
    await next(worker, 'pause');
    for (let round = 0; round < 3; round += 1) {
      await clear();
      const success = next(worker, 'success');
      await queue.enqueue('math', 'add', [round, 1]);
      expect((await success)[2]).toBe(round + 1);
    }
  });

  test('all keys are deleted under a worker that is connected, and not started yet', async () => {
    const queue = await app.queue();
    const worker = await app.worker({ add });
    await clear();
    await queue.enqueue('math', 'add', [1, 2]);
    const success = next(worker, 'success');
    await worker.start();
    expect((await success)[2]).toBe(3);
  });

  test('all keys are deleted under a worker that is ended then', async () => {
    const worker = await app.worker({ add });
    await worker.start();
    await clear();
    const endedAt = Date.now();
    await worker.end();
    expect(Date.now() - endedAt).toBeLessThan(timeout * 2 + 500);
    expect(await app.redis.keys('resque:worker*')).toEqual([]);
  });

  test('all keys are deleted while a job runs: the next one is worked', async () => {
    const ends: (() => void)[] = [];
    app.keep({ end: () => ends.forEach((end) => end()) });
    const slow = { perform: () => new Promise<void>((resolve) => ends.push(resolve)) };
    const queue = await app.queue();
    const worker = await app.worker({ add, slow });
    await worker.start();
    await queue.enqueue('math', 'slow');
    await until(() => ends.length === 1);
    await clear();
    ends[0]?.();
    await queue.enqueue('math', 'add', [2, 3]);
    const results: unknown[] = [];
    worker.on('success', (_queue, _job, result) => results.push(result));
    await until(() => results.includes(5));
  });

  test('all keys are deleted under a leading scheduler: it leads again, and promotes', async () => {
    const queue = await app.queue();
    const scheduler = await app.scheduler();
    await scheduler.start();
    await until(() => scheduler.leader);
    await clear();
    await queue.enqueueAt(10_000, 'math', 'add', [1, 2]);
    await until(async () => (await queue.length('math')) === 1);
    await until(async () => (await queue.leader()) === scheduler.name);
  });

  test('a delayed list is emptied by hand: the second goes, and nothing breaks', async () => {
    const queue = await app.queue();
    await queue.enqueueAt(10_000, 'math', 'add', [1, 2]);
    await app.redis.lpop('resque:delayed:10');
    await (await app.scheduler()).poll();
    expect(await queue.length('math')).toBe(0);
    expect(await app.redis.zcard('resque:delayed_queue_schedule')).toBe(0);
  });

  test('jobs that a test pushes by hand are worked', async () => {
    const worker = await app.worker({ add });
    await worker.start();
    await next(worker, 'pause');
    const success = next(worker, 'success');
    await app.redis.rpush('resque:queue:math', JSON.stringify({ class: 'add', queue: 'math', args: [1, 2] }));
    expect((await success)[2]).toBe(3);
  });

  test('two workers without names, of one process and one queue, work side by side', async () => {
    const ends: (() => void)[] = [];
    app.keep({ end: () => ends.forEach((end) => end()) });
    const slow = { perform: () => new Promise<void>((resolve) => ends.push(resolve)) };
    const queue = await app.queue();
    const workers = [await app.worker({ slow }), await app.worker({ slow })];
    for (const number of [1, 2]) await queue.enqueue('math', 'slow', [number]);
    for (const worker of workers) await worker.start();
    await until(() => ends.length === 2);
  });

  test('roles may end in any order, and an enqueue in a listener of success is worked', async () => {
    const queue = await app.queue();
    const worker = await app.worker({ add });
    const results: number[] = [];
    worker.on('success', (_queue, _job, result: number) => {
      results.push(result);
      if (results.length < 3) void queue.enqueue('math', 'add', [result, 1]);
    });
    await queue.enqueue('math', 'add', [0, 1]);
    await worker.start();
    await until(() => results.length === 3);
    expect(results).toEqual([1, 2, 3]);
    await queue.end();
    await worker.end();
  });
});
