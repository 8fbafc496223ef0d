import type { Jobs } from 'reskue';
import { describe, expect, test } from 'vitest';
import { dropIn, next } from './library.test-kit.js';

dropIn((app) => {
  const { library } = app;
  const add = async (a: number, b: number) => a + b;

  describe('Noop', () => {
    test('hands the error to the logger; the job counts as a success', async () => {
      const logged: unknown[] = [];
      const jobs: Jobs = {
        fail: {
          plugins: [library.Plugins.Noop],
          pluginOptions: { Noop: { logger: (error: unknown) => logged.push(error) } },
          perform: async () => {
            throw new Error('bad');
          },
        },
      };
      const queue = await app.queue(jobs);
      await queue.enqueue('math', 'fail');
      const worker = await app.worker(jobs);
      const success = next(worker, 'success');
      await worker.start();
      await success;
      expect(logged).toEqual([new Error('bad')]);
      expect(await app.redis.llen('resque:failed')).toBe(0);
    });
  });

  describe('Retry', () => {
    const jobs = (options: object): Jobs => ({
      broken: {
        plugins: [library.Plugins.Retry],
        pluginOptions: { Retry: options },
        perform: async () => {
          throw new Error('BUSTED');
        },
      },
      happy: { plugins: ['Retry'], perform: add },
    });
    const ready = async (options: object) => {
      const all = jobs(options);
      const [queue, worker, scheduler] = [
        await app.queue(all),
        await app.worker(all),
        await app.scheduler({}, all),
      ];
      return { queue, worker, scheduler };
    };

    test('leaves a job that works alone', async () => {
      const { queue, worker } = await ready({});
      await queue.enqueue('math', 'happy', [1, 2]);
      const success = next(worker, 'success');
      await worker.start();
      expect((await success)[2]).toBe(3);
      expect(await app.redis.keys('resque:*retry*')).toEqual([]);
    });

    test.each([
      [{ retryLimit: 3, retryDelay: 20 }, 2],
      [{ retryLimit: 4, backoffStrategy: [10, 20] }, 3],
      [{ retryDelay: 20 }, 0],
    ])('%j: success for each attempt that is retried (%d), then one failure', async (options, retries) => {
      const { queue, worker, scheduler } = await ready(options);
      let successes = 0;
      worker.on('success', () => (successes += 1));
      const failure = next(worker, 'failure');
      await queue.enqueue('math', 'broken', [1, 2]);
      await worker.start();
      await scheduler.start();
      expect((await failure)[2]).toMatchObject({ message: 'BUSTED' });
      expect(successes).toBe(retries);
      expect(await app.redis.llen('resque:failed')).toBe(1);
      expect(await app.redis.keys('resque:*retry*')).toEqual([]);
    });

    test('after the first failure: the job is delayed, counted, and its error kept', async () => {
      const { queue, worker } = await ready({ retryLimit: 3, retryDelay: 60_000 });
      const again = next(worker, 'reEnqueue');
      const success = next(worker, 'success');
      await queue.enqueue('math', 'broken', [1, 2]);
      await worker.start();
      await success;
      expect(await queue.scheduledAt('math', 'broken', [1, 2])).toHaveLength(1);
      expect(await app.redis.get('resque:resque-retry:broken:1-2')).toBe('0');
      const kept: unknown = JSON.parse((await app.redis.get('resque:failure-resque-retry:broken:1-2')) ?? '');
      expect(kept).toMatchObject({
        payload: [1, 2],
        exception: 'Error: BUSTED',
        error: 'Error: BUSTED',
        worker: 'broken',
        queue: 'math',
        failed_at: expect.stringMatching(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/),
      });
      const read = (name: string) => app.redis.get(`resque:stat:${name}`);
      expect([await read('processed'), await read('failed')]).toEqual(['0', '1']);
      const { name } = worker;
      expect([await read(`processed:${name}`), await read(`failed:${name}`)]).toEqual(['0', '1']);
      const [from, job, told] = await again;
      expect(from).toBe('math');
      expect(job).toMatchObject({ args: [1, 2] });
      expect(told).toMatchObject({ delay: 60_000, remainingAttempts: 2, err: new Error('BUSTED') });
    });
  });
});
