import { hostname } from 'node:os';
import type { Worker } from 'reskue';
import { expect, test } from 'vitest';
import { dropIn, next, until } from './library.test-kit.js';

dropIn((app) => {
  /** A job that goes on until it is told to end; it is, after each test. */
  const slowJobs = () => {
    const ends: (() => void)[] = [];
    const slow = { perform: () => new Promise<void>((resolve) => ends.push(resolve)) };
    app.keep({ end: () => ends.forEach((end) => end()) });
    return { slow };
  };
  const busy = async (name: string, args: unknown[] = []): Promise<Worker> => {
    const queue = await app.queue();
    await queue.enqueue('math', 'slow', args);
    const worker = await app.worker(slowJobs(), { name });
    const job = next(worker, 'job');
    await worker.start();
    await job;
    return worker;
  };

  test('workers() gives the queues of each, after init() without start()', async () => {
    const queue = await app.queue();
    for (const name of ['worker-a', 'worker-b']) await (await app.worker({}, { name })).init();
    const math = await app.worker({}, { name: 'host:7', queues: ['math', 'mail'] });
    await math.init();
    expect(await queue.workers()).toEqual({ 'worker-a': 'math', 'worker-b': 'math', 'host:7': 'math,mail' });
    expect(await app.redis.smembers('resque:workers')).toContain('worker-a:math');
    expect(await app.redis.get('resque:worker:worker-a:math:started')).toMatch(/^\d{10}$/);
  });

  test('allWorkingOn() tells who is idle and what the others have in hand', async () => {
    const queue = await app.queue();
    const idle = await app.worker({}, { name: 'worker-b' });
    await idle.init();
    expect(await queue.allWorkingOn()).toEqual({ 'worker-b': 'started' });
    await busy('worker-a', [{ some: 'thing' }]);
    const all = await queue.allWorkingOn();
    expect(all['worker-b']).toBe('started');
    expect(all['worker-a']).toMatchObject({
      queue: 'math',
      worker: 'worker-a',
      payload: { class: 'slow', queue: 'math', args: [{ some: 'thing' }] },
    });
  });

  test('workingOn() gives the text of one', async () => {
    const queue = await app.queue();
    expect(await queue.workingOn('worker-a', 'math')).toBeNull();
    await busy('worker-a');
    const text = await queue.workingOn('worker-a', 'math');
    expect(JSON.parse(text ?? '')).toMatchObject({ queue: 'math', payload: { class: 'slow' } });
  });

  test('forceCleanWorker() puts the job of a busy worker into failed and gives the entry', async () => {
    const queue = await app.queue();
    const worker = await busy('worker-a', [1]);
    const entry = await queue.forceCleanWorker(worker.name);
    expect(entry).toMatchObject({
      worker: 'worker-a',
      queue: 'math',
      payload: { class: 'slow', args: [1] },
      exception: 'Worker Timeout (killed manually)',
      error: 'Worker Timeout (killed manually)',
    });
    expect(entry?.backtrace[0]).toMatch(new RegExp(`^killed by ${hostname()} at `));
    expect(entry?.backtrace.slice(1)).toEqual(['queue#forceCleanWorker', 'node-resque']);
    expect(Math.abs(Date.now() - Date.parse(String(entry?.failed_at)))).toBeLessThan(2_000);
    expect(await queue.failed(0, -1)).toEqual([entry]);
    expect(await queue.workers()).toEqual({});
    expect(await app.redis.get('resque:stat:failed')).toBe('1');
  });

  test('forceCleanWorker() of an idle worker leaves nothing of its name, whatever it is called', async () => {
    const queue = await app.queue();
    for (const options of [{ name: 'worker-a' }, {}]) {
      const worker = await app.worker({}, { ...options, timeout: 60_000 });
      await worker.start();
      await next(worker, 'pause');
      expect((await app.redis.keys('*')).filter((key) => key.includes(worker.name))).not.toEqual([]);
      expect(await queue.forceCleanWorker(worker.name)).toBeUndefined();
      expect((await app.redis.keys('*')).filter((key) => key.includes(worker.name))).toEqual([]);
      expect(await app.redis.smembers('resque:workers')).toEqual([]);
      await worker.end();
    }
  });

  test('cleanOldWorkers() cleans who has had a job in hands for too long, and leaves the others', async () => {
    const queue = await app.queue();
    await busy('worker-a');
    await (await app.worker({}, { name: 'worker-b' })).init();
    expect(await queue.cleanOldWorkers(60_000)).toEqual({});
    // The time in a record has whole seconds.
    let cleaned: Awaited<ReturnType<typeof queue.cleanOldWorkers>> = {};
    await until(async () => {
      cleaned = await queue.cleanOldWorkers(1);
      return 'worker-a' in cleaned;
    });
    expect(Object.keys(cleaned)).toEqual(['worker-a']);
    expect(cleaned['worker-a']).toMatchObject({
      worker: 'worker-a',
      queue: 'math',
      payload: { class: 'slow' },
    });
    expect(await queue.failedCount()).toBe(1);
    expect(Object.keys(await queue.workers())).toEqual(['worker-b']);
  });

  test('a stuck job that was cleaned up is retried by retryStuckJobs()', async () => {
    const queue = await app.queue();
    const worker = await busy('worker-a', [7]);
    await queue.forceCleanWorker(worker.name);
    worker.running = false;
    await queue.retryStuckJobs();
    expect(await queue.failedCount()).toBe(0);
    expect(await queue.queued('math', 0, -1)).toEqual([{ class: 'slow', queue: 'math', args: [7] }]);
  });
});
