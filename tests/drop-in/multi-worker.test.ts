import type { MultiWorker, MultiWorkerOptions, Jobs } from 'reskue';
import { afterEach, expect, test } from 'vitest';
import { dropIn, next, timeout, until } from './library.test-kit.js';

const checkTimeout = 20;

dropIn((app) => {
  const jobs: Jobs = {
    add: { perform: async (a: number, b: number) => a + b },
    fail: {
      perform: async () => {
        throw new Error('Blue Smoke');
      },
    },
    sleep: { perform: () => new Promise<void>((resolve) => setTimeout(() => resolve(), 150)) },
    block: {
      perform: async () => {
        const until = Date.now() + 100;
        while (Date.now() < until);
      },
    },
  };
  let probes: NodeJS.Timeout[] = [];
  /** node-resque's looks at the event loop never end by themselves. */
  const intervals = <Made>(make: () => Made): Made => {
    if (!app.isNodeResque) return make();
    const original = globalThis.setInterval;
    globalThis.setInterval = (...given: Parameters<typeof original>) => {
      const probe = original(...given);
      probes.push(probe);
      return probe;
    };
    try {
      return make();
    } finally {
      globalThis.setInterval = original;
    }
  };
  afterEach(() => {
    probes.forEach((probe) => clearInterval(probe));
    probes = [];
  });
  const multiWorker = (options: MultiWorkerOptions = {}): MultiWorker => {
    const given = {
      connection: app.details(),
      name: 'host',
      queues: ['math'],
      timeout,
      checkTimeout,
      minTaskProcessors: 1,
      maxTaskProcessors: 4,
      // The machine of the tests is shared.
      maxEventLoopDelay: 60,
      ...options,
    };
    return app.keep(intervals(() => new app.library.MultiWorker(given, jobs)));
  };

  test('end() before start() does nothing; it starts, ends, and starts again', async () => {
    const multi = multiWorker();
    await multi.end();
    expect(multi.workers).toHaveLength(0);
    for (let round = 0; round < 2; round += 1) {
      await multi.start();
      await until(() => multi.workers.length >= 1);
      await multi.end();
      expect(multi.workers).toHaveLength(0);
    }
  });

  test('its workers are named by host, process and number', async () => {
    const multi = multiWorker();
    const queue = await app.queue();
    await multi.start();
    await until(async () => Object.keys(await queue.workers()).length > 0);
    expect(await queue.workers()).toMatchObject({ [`host:${process.pid}+1`]: 'math' });
  });

  test('grows to the maximum while all are busy and the loop is free', async () => {
    const queue = await app.queue();
    for (let number = 0; number < 60; number += 1) await queue.enqueue('math', 'sleep', [number]);
    const multi = multiWorker();
    await multi.start();
    await until(() => multi.workers.length === 4);
    await queue.delQueue('math');
  });

  test('stays at the minimum while jobs block the loop', async () => {
    const queue = await app.queue();
    for (let number = 0; number < 40; number += 1) await queue.enqueue('math', 'block', [number]);
    const multi = multiWorker({ maxEventLoopDelay: 10 });
    const sizes: number[] = [];
    multi.on('multiWorkerAction', () => sizes.push(multi.workers.length));
    await multi.start();
    await until(() => sizes.length >= 8, { timeoutMs: 10_000 });
    // The first look may come before the first job.
    expect(Math.max(...sizes.slice(3))).toBe(1);
    await queue.delQueue('math');
  });

  test('passes on what its workers say, with the number of the worker in front', async () => {
    const queue = await app.queue();
    const multi = multiWorker({ maxTaskProcessors: 1 });
    const started = next(multi, 'start');
    const polled = next(multi, 'poll');
    const success = next(multi, 'success');
    const failure = next(multi, 'failure');
    await queue.enqueue('math', 'add', [1, 2]);
    await queue.enqueue('math', 'fail');
    await queue.enqueue('math', 'missing');
    await multi.start();
    expect(await started).toEqual([1]);
    expect(await polled).toEqual([1, 'math']);
    const job = { class: 'add', queue: 'math', args: [1, 2] };
    expect(await success).toEqual([1, 'math', job, 3, expect.any(Number)]);
    const [id, from, failed, error] = await failure;
    expect([id, from, (failed as { class: string }).class, String(error)]).toEqual([
      1,
      'math',
      'fail',
      'Error: Blue Smoke',
    ]);
    const [, , , unknown] = await next(multi, 'failure');
    expect(String(unknown)).toBe('Error: No job defined for class "missing"');
    const ended = next(multi, 'end');
    await multi.end();
    expect(await ended).toEqual([1]);
  });

  test('may be ended in a listener', async () => {
    const queue = await app.queue();
    await queue.enqueue('math', 'missing');
    const multi = multiWorker();
    const ended = new Promise<void>((resolve) => multi.on('failure', () => void multi.end().then(resolve)));
    await multi.start();
    await ended;
    expect(multi.workers).toHaveLength(0);
  });

  test('tells once a look what it does, and how late the loop is', async () => {
    const multi = multiWorker();
    const actions: unknown[][] = [];
    multi.on('multiWorkerAction', (...given) => actions.push(given));
    await multi.start();
    await until(() => actions.length >= 4);
    expect(actions.map(([verb]) => verb)).toContain('+');
    for (const [verb, delay] of actions) {
      expect(['+', '-', 'x', '--']).toContain(verb);
      expect(delay).toBeTypeOf('number');
    }
    await multi.end();
    expect(await app.redis.smembers('resque:workers')).toEqual([]);
  });
});
