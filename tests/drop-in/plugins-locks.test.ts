import type { Jobs, Worker } from 'reskue';
import { describe, expect, test } from 'vitest';
import { dropIn, next, until } from './library.test-kit.js';

dropIn((app) => {
  const { library } = app;
  const add = async (a: number, b: number) => a + b;

  describe('QueueLock', () => {
    const jobs = (pluginOptions = {}): Jobs => ({
      add: { plugins: [library.Plugins.QueueLock], pluginOptions, perform: add },
    });

    test('lets a job wait once only; jobs with other args are others', async () => {
      const queue = await app.queue(jobs());
      expect(await queue.enqueue('math', 'add', [1, 2])).toBe(true);
      expect(await queue.enqueue('math', 'add', [1, 2])).toBe(false);
      expect(await queue.enqueue('math', 'add', [2, 1])).toBe(true);
      expect(await queue.length('math')).toBe(2);
    });

    test('leaves the time of its end at a key by class, queue and args, for an hour', async () => {
      const queue = await app.queue(jobs());
      await queue.enqueue('math', 'add', [1, 2]);
      const key = 'resque:lock:add:math:[1,2]';
      expect(await app.redis.ttl(key)).toBe(3_600);
      // As node-resque reads it: ours names the holder behind the second.
      const ends = Number.parseInt(String(await app.redis.get(key)), 10);
      expect(Math.abs(ends - (Math.round(Date.now() / 1000) + 3_601))).toBeLessThanOrEqual(1);
      expect(await queue.locks()).toEqual({ 'lock:add:math:[1,2]': String(ends) });
    });

    test('takes lockTimeout and key, and may be given by its name', async () => {
      const options = { QueueLock: { lockTimeout: 60, key: 'resque:lock:mine' } };
      const named: Jobs = { add: { plugins: ['QueueLock'], pluginOptions: options, perform: add } };
      const queue = await app.queue(named);
      expect(await queue.enqueue('math', 'add', [1, 2])).toBe(true);
      expect(await queue.enqueue('math', 'add', [3, 4])).toBe(false);
      expect(await app.redis.ttl('resque:lock:mine')).toBe(60);
    });

    test('a lock whose time has passed holds nobody up', async () => {
      const queue = await app.queue(jobs());
      await app.redis.set('resque:lock:add:math:[1,2]', Math.round(Date.now() / 1000) - 10);
      expect(await queue.enqueue('math', 'add', [1, 2])).toBe(true);
    });

    test('the lock goes when the job is worked', async () => {
      const queue = await app.queue(jobs());
      await queue.enqueue('math', 'add', [1, 2]);
      const worker = await app.worker(jobs());
      await worker.start();
      await worker.end();
      expect(await app.redis.keys('resque:lock*')).toEqual([]);
      expect(await queue.enqueue('math', 'add', [1, 2])).toBe(true);
    });
  });

  describe('DelayQueueLock', () => {
    test('does not enqueue what is delayed already', async () => {
      const jobs: Jobs = { add: { plugins: ['DelayQueueLock'], perform: add } };
      const queue = await app.queue(jobs);
      await queue.enqueueIn(10_000, 'math', 'add', [1, 2]);
      expect(await queue.enqueue('math', 'add', [1, 2])).toBe(false);
      expect(await queue.enqueue('math', 'add', [2, 1])).toBe(true);
      expect(await app.redis.zcount('resque:delayed_queue_schedule', '-inf', '+inf')).toBe(1);
      expect(await queue.length('math')).toBe(1);
    });
  });

  describe('JobLock', () => {
    const slowJobs = (options: object = {}) => {
      const ends: (() => void)[] = [];
      app.keep({ end: () => ends.forEach((end) => end()) });
      const slow = {
        plugins: [library.Plugins.JobLock],
        pluginOptions: { JobLock: options },
        perform: () => new Promise<void>((resolve) => ends.push(resolve)),
      };
      return { jobs: { slow } as Jobs, ends };
    };
    const twoWorkers = (jobs: Jobs) =>
      Promise.all(['host:1', 'host:2'].map((name) => app.worker(jobs, { name })));

    test('lets one of two equal jobs run, and delays the other', async () => {
      const { jobs, ends } = slowJobs();
      const queue = await app.queue(jobs);
      for (let count = 0; count < 2; count += 1) await queue.enqueue('math', 'slow', [1, 2]);
      for (const worker of await twoWorkers(jobs)) await worker.start();
      await until(async () => (await queue.timestamps()).length === 1);
      expect(ends).toHaveLength(1);
      const [dueMs = 0] = await queue.timestamps();
      const delayed: unknown = JSON.parse(
        (await app.redis.lpop(`resque:delayed:${Math.round(dueMs / 1000)}`)) ?? '',
      );
      expect(delayed).toMatchObject({ class: 'slow', queue: 'math', args: [1, 2] });
      const [lock = ''] = Object.keys(await queue.locks());
      expect(lock).toBe('workerslock:slow:math:[1,2]');
      expect(await app.redis.ttl(`resque:${lock}`)).toBeGreaterThan(3_590);
      ends[0]?.();
      await until(async () => Object.keys(await queue.locks()).length === 0);
    });

    test('with reEnqueue: false the other is dropped', async () => {
      const { jobs, ends } = slowJobs({ reEnqueue: false });
      const queue = await app.queue(jobs);
      for (let count = 0; count < 2; count += 1) await queue.enqueue('math', 'slow', [1, 2]);
      for (const worker of await twoWorkers(jobs)) await worker.start();
      await until(async () => (await queue.length('math')) === 0 && ends.length === 1);
      await until(
        async () => Object.values(await queue.allWorkingOn()).filter((one) => one === 'started').length === 1,
      );
      expect(await queue.timestamps()).toEqual([]);
    });

    test('jobs with other args run beside each other', async () => {
      const { jobs, ends } = slowJobs();
      const queue = await app.queue(jobs);
      await queue.enqueue('math', 'slow', [{ name: 'one' }]);
      await queue.enqueue('math', 'slow', [{ name: 'two' }]);
      for (const worker of await twoWorkers(jobs)) await worker.start();
      await until(() => ends.length === 2);
    });

    test('a function that gives the key is called once to take it and once to release it', async () => {
      const keys: string[] = [];
      const key = function (this: { args: number[]; worker: Worker }) {
        const made = this.worker.connection.key('mine', Math.max(...this.args).toString());
        keys.push(made);
        return made;
      };
      const jobs: Jobs = {
        add: { plugins: ['JobLock'], pluginOptions: { JobLock: { key } }, perform: add },
      };
      const queue = await app.queue(jobs);
      await queue.enqueue('math', 'add', [1, 2]);
      const worker = await app.worker(jobs);
      const success = next(worker, 'success');
      await worker.start();
      await success;
      expect(keys).toEqual(['resque:mine:2', 'resque:mine:2']);
      expect(await app.redis.exists('resque:mine:2')).toBe(0);
    });
  });
});
