import RedisMock from 'ioredis-mock';
import * as nodeResque from 'node-resque';
import * as reskue from 'reskue';
import { afterEach, describe, expect, test } from 'vitest';
import { next, until, type Library } from './library.test-kit.js';

// Applications test without a Redis server, by a client that lives in memory.
describe.each([
  { name: 'node-resque', library: nodeResque as unknown as Library },
  { name: 'reskue', library: reskue },
])('$name with ioredis-mock', ({ library: { Plugins, Queue, Scheduler, Worker } }) => {
  const retried = {
    plugins: [Plugins.Retry],
    pluginOptions: { Retry: { retryLimit: 2, retryDelay: 60_000 } },
  };
  const jobs: reskue.Jobs = {
    once: { plugins: [Plugins.QueueLock, Plugins.JobLock], perform: async (text: string) => text },
    again: {
      ...retried,
      perform: async () => {
        throw new Error('not yet');
      },
    },
    add: { perform: async (a: number, b: number) => a + b },
    fail: {
      perform: async () => {
        throw new Error('Blue Smoke');
      },
    },
  };
  let roles: { end(): unknown }[] = [];
  const keep = <Role extends { connect(): Promise<void>; end(): unknown }>(role: Role): Role => {
    roles.push(role);
    return role;
  };
  afterEach(async () => {
    await Promise.all(roles.map((role) => role.end()));
    roles = [];
  });
  const details = (): reskue.ConnectionOptions => {
    // A client by all that is called here.
    const redis = new RedisMock({ keyPrefix: '' }) as unknown as reskue.ReadyClient;
    return { pkg: 'ioredis-mock', redis, namespace: `mock-${Math.random()}` };
  };

  const ready = async () => {
    const connection = details();
    const queue = keep(new Queue({ connection }, jobs));
    const scheduler = keep(new Scheduler({ connection, timeout: 100 }));
    const worker = keep(new Worker({ connection, queues: ['math'], name: 'host:1', timeout: 50 }, jobs));
    for (const role of [queue, scheduler, worker]) await role.connect();
    return { queue, scheduler, worker };
  };

  test('a job is enqueued, delayed, promoted and worked', async () => {
    const { queue, scheduler, worker } = await ready();
    expect(await queue.enqueueIn(1, 'math', 'add', [1, 2])).toBe(true);
    expect(await queue.scheduledAt('math', 'add', [1, 2])).toHaveLength(1);
    await scheduler.poll();
    expect(await queue.scheduledAt('math', 'add', [1, 2])).toEqual([]);
    expect(await queue.length('math')).toBe(1);
    const success = next(worker, 'success');
    await worker.start();
    const [name, job, result] = await success;
    expect([name, job, result]).toEqual(['math', { class: 'add', queue: 'math', args: [1, 2] }, 3]);
    expect(worker.result).toBe(3);
  });

  test('a job that fails is listed, and the worker goes on, until it ends', async () => {
    const { queue, worker } = await ready();
    await queue.enqueue('math', 'fail', [1]);
    await queue.enqueue('math', 'add', [1, 2]);
    const failure = next(worker, 'failure');
    const success = next(worker, 'success');
    await worker.start();
    expect((await failure)[2]).toMatchObject({ message: 'Blue Smoke' });
    expect((await success)[2]).toBe(3);
    expect(await queue.failed(0, -1)).toMatchObject([
      { worker: 'host:1', queue: 'math', payload: { class: 'fail', args: [1] }, error: 'Blue Smoke' },
    ]);
    expect(await queue.stats()).toMatchObject({ processed: '1', failed: '1' });
    expect(await queue.workers()).toEqual({ 'host:1': 'math' });
    const again = next(worker, 'success');
    await queue.enqueue('math', 'add', [2, 3]);
    expect((await again)[2]).toBe(5);
    await worker.end();
    expect(await queue.workers()).toEqual({});
  });

  test('locks and retries do as with a server', async () => {
    const { queue, worker } = await ready();
    expect(await queue.enqueue('math', 'once', ['text'])).toBe(true);
    expect(await queue.enqueue('math', 'once', ['text'])).toBe(false);
    await queue.enqueue('math', 'again', [1]);
    const results: unknown[] = [];
    worker.on('success', (_queue, { class: name }, result) => results.push(name, result));
    await worker.start();
    await until(() => results.length === 4);
    expect(results.slice(0, 3)).toEqual(['once', 'text', 'again']);
    await until(async () => Object.keys(await queue.locks()).length === 0);
    expect(await queue.enqueue('math', 'once', ['text'])).toBe(true);
    expect(await queue.scheduledAt('math', 'again', [1])).toHaveLength(1);
    expect(await queue.failedCount()).toBe(0);
  });
});
