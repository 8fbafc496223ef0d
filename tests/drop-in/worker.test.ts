import { hostname } from 'node:os';
import type { Worker } from 'reskue';
import { describe, expect, test } from 'vitest';
import { dropIn, next, timeout, until } from './library.test-kit.js';

dropIn((app) => {
  const { library } = app;
  const jobs = {
    add: { perform: async (a: number, b: number) => a + b },
    fail: {
      perform: async () => {
        throw new RangeError('Blue Smoke');
      },
    },
    change: {
      perform: async (thing: { text: string }) => {
        thing.text = 'changed';
        return thing;
      },
    },
    self: {
      perform: async function (this: Worker) {
        return [this.name, this.job?.class];
      },
    },
    // A bare function is a job, too, against its own type.
    bare: (async () => 'bare') as never,
  };
  const performed = async (worker: Worker, name: string, args?: unknown): Promise<unknown[]> => {
    const queue = await app.queue();
    await queue.enqueue('math', name, args);
    const success = next(worker, 'success');
    await worker.start();
    return success;
  };

  describe('before it works', () => {
    test('has the defaults that are documented', async () => {
      const worker = await app.worker(jobs, { timeout: undefined as unknown as number });
      expect(worker.name).toBe(`${hostname()}:${process.pid}`);
      expect(worker).toMatchObject({ queues: ['math'], started: false, working: false, job: null });
    });

    test('connects, starts and ends, and is not in Redis any more', async () => {
      const worker = await app.worker(jobs);
      await worker.start();
      await worker.end();
      expect(await app.redis.smembers('resque:workers')).toEqual([]);
      expect(await app.redis.keys('resque:worker:*')).toEqual([]);
    });

    test('end() of one that was never started, or never connected', async () => {
      await (await app.worker(jobs)).end();
      const worker = new library.Worker({ connection: app.details(), queues: ['math'], timeout }, jobs);
      await worker.connect();
      await worker.end();
    });

    test('without queues in Redis it works none; checkQueues() learns of new ones', async () => {
      const queue = await app.queue();
      for (const queues of [undefined, '*', ['*']]) {
        const worker = await app.worker(jobs, { queues: queues as string[] });
        expect(worker.queues).toEqual([]);
        await queue.enqueue('zoo', 'add', [1, 2]);
        await queue.enqueue('apes', 'add', [1, 2]);
        await worker.checkQueues();
        expect(worker.queues).toEqual(['apes', 'zoo']);
        await worker.end();
        for (const name of ['zoo', 'apes']) await queue.delQueue(name);
      }
    });

    test('init() registers it without start()', async () => {
      const worker = await app.worker(jobs);
      await worker.init();
      expect(await app.redis.smembers('resque:workers')).toEqual([`${worker.name}:math`]);
      const ping: unknown = JSON.parse((await app.redis.get(`resque:worker:ping:${worker.name}`)) ?? '');
      expect(ping).toEqual({ time: expect.any(Number), name: worker.name, queues: 'math' });
      expect(worker.pingTimer).toBeDefined();
    });
  });

  describe('performInline()', () => {
    const inline = () => new library.Worker({ connection: app.details(), queues: ['math'] }, jobs);

    test('performs without a connection, and gives the result', async () => {
      expect(await inline().performInline('add', [1, 2])).toBe(3);
      expect(await inline().performInline('bare')).toBe('bare');
    });

    test('throws what the job throws', async () => {
      await expect(inline().performInline('fail', [1])).rejects.toThrow(new RangeError('Blue Smoke'));
    });

    test('throws when the job is unknown', async () => {
      await expect(inline().performInline('nope')).rejects.toThrow('No job defined for class "nope"');
    });

    test('is refused on a started worker', async () => {
      const worker = await app.worker(jobs);
      await worker.start();
      await expect(worker.performInline('add', [1, 2])).rejects.toThrow(
        'Worker#performInline can not be used on a started worker',
      );
    });
  });

  describe('at work', () => {
    test('emits success with queue, job, result and duration; keeps the result', async () => {
      const worker = await app.worker(jobs);
      const [queue, job, result, duration] = await performed(worker, 'add', [1, 2]);
      expect([queue, job, result]).toEqual(['math', { class: 'add', queue: 'math', args: [1, 2] }, 3]);
      expect(duration).toBeGreaterThanOrEqual(0);
      expect(worker.result).toBe(3);
      expect(worker.error).toBeFalsy();
      expect(await app.redis.get('resque:stat:processed')).toBe('1');
      expect(await app.redis.get(`resque:stat:processed:${worker.name}`)).toBe('1');
      expect(await app.redis.llen('resque:failed')).toBe(0);
    });

    test('emits start, poll, job and success in this order, then pause', async () => {
      const worker = await app.worker(jobs);
      const told: string[] = [];
      for (const event of ['start', 'poll', 'job', 'success', 'pause', 'end']) {
        (worker as NodeJS.EventEmitter).on(event, () => told.push(event));
      }
      await performed(worker, 'add', [1, 2]);
      await until(() => told.includes('pause'));
      await worker.end();
      expect(told.slice(0, 4)).toEqual(['start', 'poll', 'job', 'success']);
      expect(told.at(-1)).toBe('end');
    });

    test('its record is in Redis before the job event, begun now', async () => {
      const queue = await app.queue();
      const worker = await app.worker(jobs);
      const seen: Promise<string | null>[] = [];
      worker.on('job', () => void seen.push(app.redis.get(`resque:worker:${worker.name}:math`)));
      await queue.enqueue('math', 'add', [1, 2]);
      // Held here: else it may be over before the record is read.
      const gate = new Promise<void>((resolve) =>
        worker.on('job', () => void seen[0]?.then(() => resolve())),
      );
      jobs.add.perform = async (a, b) => (await gate, a + b);
      await worker.start();
      await next(worker, 'success');
      const record: unknown = JSON.parse((await seen[0]) ?? '');
      expect(record).toMatchObject({
        queue: 'math',
        worker: worker.name,
        payload: { class: 'add', queue: 'math', args: [1, 2] },
      });
      const { run_at: runAt } = record as { run_at: string };
      expect(Math.abs(Date.now() - Date.parse(runAt))).toBeLessThan(2_000);
      await until(async () => (await app.redis.exists(`resque:worker:${worker.name}:math`)) === 0);
    });

    test('this is the worker, and knows its job', async () => {
      const worker = await app.worker(jobs);
      expect((await performed(worker, 'self'))[2]).toEqual([worker.name, 'self']);
    });

    test('a bare function is a job', async () => {
      expect((await performed(await app.worker(jobs), 'bare'))[2]).toBe('bare');
    });

    test('objects among the args are frozen', async () => {
      const worker = await app.worker(jobs);
      const queue = await app.queue();
      await queue.enqueue('math', 'change', [{ text: 'as it was' }]);
      const failure = next(worker, 'failure');
      await worker.start();
      const [, job, error] = (await failure) as [string, { args: unknown[] }, Error];
      expect(error).toBeInstanceOf(TypeError);
      expect(job.args).toEqual([{ text: 'as it was' }]);
    });

    test('a failure is told, counted and kept', async () => {
      const worker = await app.worker(jobs);
      const queue = await app.queue();
      await queue.enqueue('math', 'fail', [1, 2]);
      const failure = next(worker, 'failure');
      await worker.start();
      const [from, job, error, duration] = await failure;
      expect([from, job, error]).toEqual([
        'math',
        { class: 'fail', queue: 'math', args: [1, 2] },
        new RangeError('Blue Smoke'),
      ]);
      expect(duration).toBeGreaterThanOrEqual(0);
      const entry: unknown = JSON.parse((await app.redis.rpop('resque:failed')) ?? '');
      expect(entry).toMatchObject({
        worker: worker.name,
        queue: 'math',
        payload: { class: 'fail', queue: 'math', args: [1, 2] },
        exception: 'RangeError',
        error: 'Blue Smoke',
        failed_at: expect.any(String),
      });
      expect((entry as { backtrace: string[] }).backtrace[0]).toMatch(/^\s+at /);
      expect(await app.redis.get('resque:stat:failed')).toBe('1');
      expect(await app.redis.get(`resque:stat:failed:${worker.name}`)).toBe('1');
      expect(await app.redis.get('resque:stat:processed')).toBeNull();
    });

    test('a class without a job, or without perform, fails', async () => {
      const worker = await app.worker({ ...jobs, half: {} as never });
      const queue = await app.queue();
      const failures: string[] = [];
      worker.on('failure', (_queue, _job, error) => failures.push(String(error)));
      for (const name of ['somethingFake', 'half']) await queue.enqueue('math', name);
      await worker.start();
      await until(() => failures.length === 2);
      expect(failures).toEqual([
        'Error: No job defined for class "somethingFake"',
        'Error: Missing Job: "half"',
      ]);
      const [first] = await queue.failed(0, -1);
      expect(first).toMatchObject({
        queue: 'math',
        exception: 'Error',
        error: 'No job defined for class "somethingFake"',
      });
    });

    test('queues are worked in the order given', async () => {
      const queue = await app.queue();
      for (const name of ['low', 'high', 'low', 'high']) await queue.enqueue(name, 'add', [1, 1]);
      const worker = await app.worker(jobs, { queues: ['high', 'low'] });
      const order: string[] = [];
      worker.on('success', (from) => order.push(from));
      await worker.start();
      await until(() => order.length === 4);
      expect(order).toEqual(['high', 'high', 'low', 'low']);
    });

    test('start() and at once end() work the job that waits', async () => {
      const queue = await app.queue();
      await queue.enqueue('math', 'add', [1, 2]);
      const worker = await app.worker(jobs);
      await worker.start();
      await worker.end();
      expect(worker.result).toBe(3);
      expect(await queue.length('math')).toBe(0);
      expect(await app.redis.get('resque:stat:processed')).toBe('1');
    });

    test('end() waits for the job in hand', async () => {
      let isOver = false;
      const slow = { perform: () => new Promise<void>((resolve) => setTimeout(() => resolve(), 300)) };
      const worker = await app.worker({ slow });
      worker.on('success', () => (isOver = true));
      const queue = await app.queue();
      await queue.enqueue('math', 'slow');
      const job = next(worker, 'job');
      await worker.start();
      await job;
      await worker.end();
      expect(isOver).toBe(true);
    });

    test('end() may be called in a listener', async () => {
      const worker = await app.worker(jobs);
      const ended = next(worker, 'end');
      worker.on('success', () => void worker.end());
      await performed(worker, 'add', [1, 2]);
      expect((await ended)[0]).toBeInstanceOf(Date);
    });
  });

  describe('the ping', () => {
    const pingOf = async (worker: Worker) =>
      (
        JSON.parse((await app.redis.get(`resque:worker:ping:${worker.name}`)) ?? 'null') as {
          time: number;
        } | null
      )?.time ?? 0;

    test('goes on while a job runs', async () => {
      let end = (): void => {};
      const slow = { perform: () => new Promise<void>((resolve) => (end = resolve)) };
      app.keep({ end: () => end() });
      const worker = await app.worker({ slow });
      const queue = await app.queue();
      await queue.enqueue('math', 'slow');
      const job = next(worker, 'job');
      await worker.start();
      await job;
      const before = await pingOf(worker);
      await until(async () => (await pingOf(worker)) > before);
      expect(worker.working).toBe(true);
    });

    test('is told with the second of its time', async () => {
      const worker = await app.worker(jobs);
      const ping = next(worker, 'ping');
      await worker.start();
      expect(Math.abs(Number((await ping)[0]) - Date.now() / 1000)).toBeLessThan(2);
    });

    test('a job that clears pingTimer plays dead: there is no ping any more', async () => {
      let end = (): void => {};
      const dead = {
        perform: function (this: Worker) {
          clearInterval(this.pingTimer);
          return new Promise<void>((resolve) => (end = resolve));
        },
      };
      app.keep({ end: () => end() });
      const worker = await app.worker({ dead });
      const queue = await app.queue();
      await queue.enqueue('math', 'dead');
      const job = next(worker, 'job');
      await worker.start();
      await job;
      await until(() => end.name !== 'end');
      let pings = 0;
      worker.on('ping', () => (pings += 1));
      // Longer than several pings would take: nothing comes is what there is to see.
      await new Promise((resolve) => setTimeout(resolve, timeout * 4));
      expect(pings).toBe(0);
    });

    test('goes through redis.set as it is at that moment; what it throws is the first error event', async () => {
      const worker = await app.worker(jobs);
      await worker.start();
      const error = next(worker, 'error');
      const { redis } = worker.connection;
      const original = redis.set.bind(redis);
      redis.set = () => {
        throw new Error('set is out of order');
      };
      expect((await error)[0]).toMatchObject({ message: 'set is out of order' });
      redis.set = original;
    });
  });
});
