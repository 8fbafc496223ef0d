import { hostname } from 'node:os';
import type { Worker } from 'reskue';
import { describe, expect, test } from 'vitest';
import { dropIn, next, timeout, until } from './library.test-kit.js';

dropIn((app) => {
  const { library } = app;
  const lock = () => app.redis.get('resque:resque_scheduler_leader_lock');

  describe('life', () => {
    test('connects, twice if need be, starts and ends', async () => {
      const scheduler = await app.scheduler();
      // node-resque opens a second client then, and forgets the first.
      if (app.isNodeResque) scheduler.connection.redis.disconnect();
      await scheduler.connect();
      expect(scheduler.name).toBe(`${hostname()}:${process.pid}`);
      expect(scheduler.options.name).toBe(scheduler.name);
      await scheduler.start();
      expect(scheduler.running).toBe(true);
      await scheduler.end();
      expect(scheduler.running).toBe(false);
      expect(await lock()).toBeNull();
    });

    test('may end without a start', async () => {
      await (await app.scheduler()).end();
    });

    test('tells of its start, its lead, its polls and its end', async () => {
      const scheduler = await app.scheduler();
      const told: string[] = [];
      for (const event of ['start', 'leader', 'poll', 'end']) {
        (scheduler as NodeJS.EventEmitter).on(event, () => told.push(event));
      }
      await scheduler.start();
      await until(() => told.includes('poll'));
      await scheduler.end();
      expect(told.slice(0, 3)).toEqual(['start', 'leader', 'poll']);
      expect(told.at(-1)).toBe('end');
    });

    test('what redis.set throws at an attempt to lead is the first error event, and it does not lead', async () => {
      const scheduler = await app.scheduler();
      const error = next(scheduler, 'error');
      const { redis } = scheduler.connection;
      const original = redis.set.bind(redis);
      redis.set = () => {
        throw new Error('set is out of order');
      };
      await scheduler.start();
      expect((await error)[0]).toMatchObject({ message: 'set is out of order' });
      expect(scheduler.leader).toBe(false);
      redis.set = original;
      await until(() => scheduler.leader);
    });
  });

  describe('the lead', () => {
    test('one leads; another takes over soon after its end', async () => {
      const one = await app.scheduler({ name: 'one' });
      const two = await app.scheduler({ name: 'two' });
      const queue = await app.queue();
      await one.start();
      await until(() => one.leader);
      await two.start();
      // Two turns of the second: it had its chances.
      await new Promise((resolve) => setTimeout(resolve, timeout * 2));
      expect([one.leader, two.leader]).toEqual([true, false]);
      expect(await queue.leader()).toBe('one');
      await one.end();
      const endedAt = Date.now();
      await until(() => two.leader);
      // Two turns, and something for a machine that is busy.
      expect(Date.now() - endedAt).toBeLessThan(timeout * 2 + 200);
      expect(one.leader).toBe(false);
      expect(await lock()).toBe('two');
      await two.end();
      expect(await lock()).toBeNull();
    });

    test('the lock expires after leaderLockTimeout seconds', async () => {
      const scheduler = await app.scheduler({ leaderLockTimeout: 17 });
      await scheduler.poll();
      expect(scheduler.leader).toBe(true);
      expect(await app.redis.ttl('resque:resque_scheduler_leader_lock')).toBeGreaterThan(15);
      expect(await app.redis.ttl('resque:resque_scheduler_leader_lock')).toBeLessThanOrEqual(17);
    });

    test('the default is 180 s', async () => {
      await (await app.scheduler()).poll();
      expect(await app.redis.ttl('resque:resque_scheduler_leader_lock')).toBeGreaterThan(175);
    });

    test('poll() of a second one changes nothing while the lock is held', async () => {
      await app.redis.set('resque:resque_scheduler_leader_lock', 'somebody');
      const queue = await app.queue();
      await queue.enqueueAt(10_000, 'math', 'add', [1]);
      const scheduler = await app.scheduler();
      await scheduler.poll();
      expect(scheduler.leader).toBe(false);
      expect(await queue.length('math')).toBe(0);
    });
  });

  describe('promotion', () => {
    test('poll() without start() moves what is due, with its args', async () => {
      const queue = await app.queue();
      await queue.enqueueAt(10_000, 'math', 'add', [1, { b: 2 }]);
      const scheduler = await app.scheduler();
      await scheduler.poll();
      expect(await app.pop('math')).toEqual({ class: 'add', queue: 'math', args: [1, { b: 2 }] });
      expect(await queue.timestamps()).toEqual([]);
      expect(await app.redis.zcard('resque:delayed_queue_schedule')).toBe(0);
      expect(await queue.scheduledAt('math', 'add', [1, { b: 2 }])).toEqual([]);
    });

    test('poll() leaves what is due later', async () => {
      const queue = await app.queue();
      await queue.enqueueAt(Date.now() + 10_000, 'math', 'add', [1]);
      await (await app.scheduler()).poll();
      expect(await app.pop('math')).toBeNull();
      expect(await queue.timestamps()).toHaveLength(1);
    });

    test('poll() right after enqueueIn(1) moves the job, time and again', async () => {
      const queue = await app.queue();
      const scheduler = await app.scheduler();
      for (let round = 0; round < 25; round += 1) {
        await queue.enqueueIn(1, 'math', 'add', [round]);
        await scheduler.poll();
        expect((await app.pop('math'))?.args).toEqual([round]);
      }
    });

    test('a started one moves a job when its time comes, and tells of it', async () => {
      const queue = await app.queue();
      const scheduler = await app.scheduler();
      const seconds: unknown[] = [];
      scheduler.on('workingTimestamp', (second) => seconds.push(second));
      const transferred = next(scheduler, 'transferredJob');
      await scheduler.start();
      await queue.enqueueIn(300, 'math', 'add', [1, 2]);
      const [scheduled] = await queue.scheduledAt('math', 'add', [1, 2]);
      expect(await transferred).toEqual([scheduled, { class: 'add', queue: 'math', args: [1, 2] }]);
      expect(seconds).toEqual([String(scheduled)]);
      await until(async () => (await queue.length('math')) === 1);
    });

    test('a job that is promoted goes to its own queue, in the order of the times', async () => {
      const queue = await app.queue();
      await queue.enqueueAt(20_000, 'math', 'add', [2]);
      await queue.enqueueAt(10_000, 'math', 'add', [1]);
      await queue.enqueueAt(10_000, 'mail', 'send', ['x']);
      await (await app.scheduler()).poll();
      expect((await queue.queued('math', 0, -1)).map(({ args }) => args as unknown)).toEqual([[1], [2]]);
      expect(await queue.queued('mail', 0, -1)).toEqual([{ class: 'send', queue: 'mail', args: ['x'] }]);
      expect((await queue.queues()).sort()).toEqual(['mail', 'math']);
    });

    test('the hooks of a due job run when the scheduler is given the jobs', async () => {
      const seen: unknown[][] = [];
      class Watching extends library.Plugin {
        override async beforeEnqueue() {
          seen.push([this.func, this.queue, this.args]);
          return true;
        }
      }
      const jobs = { add: { plugins: [Watching], perform: async () => 0 } };
      const queue = await app.queue(jobs);
      await queue.enqueueAt(10_000, 'math', 'add', [1]);
      expect(seen).toEqual([]);
      await (await app.scheduler({}, jobs)).poll();
      expect(seen).toEqual([['add', 'math', [1]]]);
      expect(await queue.length('math')).toBe(1);
    });
  });

  describe('stuck workers', () => {
    /** A job that clears its worker's pingTimer and never ends by itself. */
    const playingDead = () => {
      const ends: (() => void)[] = [];
      app.keep({ end: () => ends.forEach((end) => end()) });
      return {
        dead: {
          perform: function (this: Worker) {
            clearInterval(this.pingTimer);
            return new Promise<void>((resolve) => ends.push(resolve));
          },
        },
      };
    };

    test('one that pings no more is found by its old ping; its job goes to failed', async () => {
      const queue = await app.queue();
      const worker = await app.worker(playingDead());
      await worker.start();
      expect(await queue.allWorkingOn()).toEqual({ [worker.name]: 'started' });
      await queue.enqueue('math', 'dead', ['oh no']);
      const scheduler = await app.scheduler({ stuckWorkerTimeout: 1_000 });
      const cleaned = next(scheduler, 'cleanStuckWorker');
      await scheduler.start();
      const [name, entry, delta] = await cleaned;
      expect(name).toBe(worker.name);
      expect(entry).toMatchObject({
        worker: worker.name,
        queue: 'math',
        payload: { class: 'dead', args: ['oh no'] },
        exception: 'Worker Timeout (killed manually)',
        error: 'Worker Timeout (killed manually)',
      });
      expect(delta).toBeGreaterThanOrEqual(1);
      expect(await queue.allWorkingOn()).toEqual({});
      const failed: unknown = JSON.parse((await app.redis.rpop('resque:failed')) ?? '');
      expect(failed).toEqual(entry);
    });

    test('with retryStuckJobs its job is back in the queue', async () => {
      const queue = await app.queue();
      const worker = await app.worker(playingDead());
      await queue.enqueue('math', 'dead', [3]);
      const job = next(worker, 'job');
      await worker.start();
      await job;
      // The worker is not to take it again, once it is free.
      worker.running = false;
      const scheduler = await app.scheduler({ stuckWorkerTimeout: 1_000, retryStuckJobs: true });
      await scheduler.start();
      await until(async () => (await queue.length('math')) === 1);
      expect(await queue.queued('math', 0, -1)).toEqual([{ class: 'dead', queue: 'math', args: [3] }]);
      expect(await queue.failedCount()).toBe(0);
    });

    test('a worker that pings is left alone', async () => {
      const queue = await app.queue();
      const worker = await app.worker({}, { timeout: 100 });
      await worker.start();
      const scheduler = await app.scheduler({ stuckWorkerTimeout: 3_000 });
      const cleaned: unknown[] = [];
      scheduler.on('cleanStuckWorker', (...given) => cleaned.push(given));
      for (let round = 0; round < 3; round += 1) await scheduler.poll();
      expect(cleaned).toEqual([]);
      expect(await queue.workers()).toEqual({ [worker.name]: 'math' });
    });

    test('the ping that a dead process left is enough', async () => {
      const queue = await app.queue();
      const name = 'gone:4711';
      const record = {
        run_at: new Date().toString(),
        queue: 'math',
        worker: name,
        payload: { class: 'add', queue: 'math', args: [1] },
      };
      await app.redis.sadd('resque:workers', `${name}:math`);
      await app.redis.set(`resque:worker:${name}:math`, JSON.stringify(record));
      await app.redis.set(`resque:worker:${name}:math:started`, '1700000000');
      await app.redis.set(
        `resque:worker:ping:${name}`,
        JSON.stringify({ time: 1_700_000_000, name, queues: 'math' }),
      );
      const scheduler = await app.scheduler({ stuckWorkerTimeout: 60_000 });
      const cleaned = next(scheduler, 'cleanStuckWorker');
      await scheduler.poll();
      expect((await cleaned).slice(0, 2)).toEqual([
        name,
        expect.objectContaining({ worker: name, queue: 'math' }),
      ]);
      expect(await queue.workers()).toEqual({});
      expect(await app.redis.exists(`resque:worker:ping:${name}`)).toBe(0);
    });

    test('forceCleanWorker() tells of it, too', async () => {
      const worker = await app.worker();
      await worker.init();
      const scheduler = await app.scheduler();
      const cleaned = next(scheduler, 'cleanStuckWorker');
      await scheduler.forceCleanWorker(worker.name, 42);
      expect(await cleaned).toEqual([worker.name, undefined, 42]);
    });
  });
});
