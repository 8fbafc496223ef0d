import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import {
  block,
  blocking,
  lasting,
  multiWorkerBench,
  next,
  record,
  until,
} from './multi-worker-bench.test-kit.js';

const bench = multiWorkerBench();
const add = { perform: (a: number, b: number) => a + b };
const actions = (told: [string, ...unknown[]][]) => told.map(([, verb]) => verb);

describe('the number of workers', () => {
  test('is the minimum as soon as it is started', async () => {
    const multiWorker = bench.multiWorker({}, { minTaskProcessors: 3 });
    expect(multiWorker.workers).toEqual([]);
    await multiWorker.start();
    expect(multiWorker.workers.map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  test('grows by one a look to the maximum, while more than half of them are busy', async () => {
    const multiWorker = bench.multiWorker({ sleep: lasting(1_000) }, { maxTaskProcessors: 5 });
    const told = record(multiWorker, 'multiWorkerAction');
    await bench.fill('sleep', 20);
    await multiWorker.start();
    await until(() => multiWorker.workers.length === 5);
    await next(multiWorker, 'multiWorkerAction');
    await next(multiWorker, 'multiWorkerAction');
    expect(multiWorker.workers.length).toBe(5);
    expect(multiWorker.working).toBe(true);
    expect(actions(told).filter((verb) => verb === '+')).toHaveLength(5);
  });

  test('shrinks by one a look to the minimum, when there is nothing to do', async () => {
    const multiWorker = bench.multiWorker(
      { sleep: lasting(150) },
      { minTaskProcessors: 2, maxTaskProcessors: 6 },
    );
    await bench.fill('sleep', 30);
    await multiWorker.start();
    await until(() => multiWorker.workers.length === 6);
    const told = record(multiWorker, 'multiWorkerAction', 'end');
    await until(
      () => multiWorker.workers.length === 2 && told.filter(([name]) => name === 'end').length === 4,
    );
    await next(multiWorker, 'multiWorkerAction');
    expect(multiWorker.workers.map(({ id }) => id)).toEqual([1, 2]);
    const ended = told.filter(([name]) => name === 'end').map(([, id]) => id);
    expect(ended.sort()).toEqual([3, 4, 5, 6]);
    expect(await bench.server.redis.smembers('resque:workers')).toHaveLength(2);
  });

  test('follows options that are assigned later', async () => {
    const multiWorker = bench.multiWorker({}, { minTaskProcessors: 1, maxTaskProcessors: 1 });
    await multiWorker.start();
    multiWorker.options.minTaskProcessors = multiWorker.options.maxTaskProcessors = 3;
    await until(() => multiWorker.workers.length === 3);
    expect(multiWorker.workers.map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  test('is the concurrency, always', async () => {
    const multiWorker = bench.multiWorker({ sleep: lasting(50) }, { concurrency: 4 });
    const told = record(multiWorker, 'multiWorkerAction');
    await bench.fill('sleep', 20);
    await multiWorker.start();
    await until(() => bench.server.redis.get('resque:stat:processed').then((count) => count === '20'));
    await next(multiWorker, 'multiWorkerAction');
    expect(multiWorker.workers.length).toBe(4);
    expect(new Set(actions(told).slice(4))).toEqual(new Set(['x']));
  });
});

describe('a busy event loop', () => {
  test('A22: does not keep it from reaching the minimum', async () => {
    const multiWorker = bench.multiWorker({}, { minTaskProcessors: 4, maxEventLoopDelay: 10 });
    const told = record(multiWorker, 'start');
    const busy = setInterval(() => block(60), 1);
    await multiWorker.start();
    expect(multiWorker.workers.length).toBe(4);
    await until(() => told.length === 4);
    await until(
      () =>
        multiWorker.eventLoopBlocked &&
        multiWorker.eventLoopDelay > 10 &&
        multiWorker.eventLoopCheckCounter > 0,
    );
    clearInterval(busy);
    expect(multiWorker.workers.length).toBe(4);
  });

  test('keeps it at the minimum while jobs block', async () => {
    const multiWorker = bench.multiWorker(
      { block: blocking(150) },
      { maxTaskProcessors: 5, maxEventLoopDelay: 10, checkTimeout: 50 },
    );
    const told = record(multiWorker, 'multiWorkerAction');
    const lengths: number[] = [];
    multiWorker.on('success', () => lengths.push(multiWorker.workers.length));
    await bench.fill('block', 10);
    await multiWorker.start();
    await until(() => lengths.length === 10, { timeoutMs: 10_000 });
    expect(new Set(lengths)).toEqual(new Set([1]));
    expect(actions(told).filter((verb) => verb === '+')).toHaveLength(1);
  });

  test('that waits for jobs only is not blocked, by the limit of node-resque', async () => {
    const multiWorker = bench.multiWorker(
      { sleep: lasting(1_000) },
      { maxTaskProcessors: 5, maxEventLoopDelay: 10, checkTimeout: 50 },
    );
    await bench.fill('sleep', 100);
    await multiWorker.start();
    await until(() => multiWorker.workers.length === 5);
    await multiWorker.end({ timeout: 0 });
  });

  test('takes workers away down to the minimum, however busy they are', async () => {
    const multiWorker = bench.multiWorker(
      { sleep: lasting(300) },
      { minTaskProcessors: 2, maxTaskProcessors: 5 },
    );
    await bench.fill('sleep', 40);
    await multiWorker.start();
    await until(() => multiWorker.workers.length === 5);
    const busy = setInterval(() => block(60), 1);
    multiWorker.options.maxEventLoopDelay = 10;
    const counts: number[] = [];
    multiWorker.on('multiWorkerAction', () => counts.push(multiWorker.workers.length));
    await until(() => multiWorker.workers.length === 2);
    clearInterval(busy);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
  });
});

describe('its workers', () => {
  test('are named after the host, the process and their number', async () => {
    const multiWorker = bench.multiWorker({}, { minTaskProcessors: 2 });
    await multiWorker.start();
    await until(async () => (await bench.server.redis.scard('resque:workers')) === 2);
    const names = multiWorker.workers.map(({ name }) => name);
    expect(names).toEqual([1, 2].map((id) => `${hostname()}:${process.pid}+${id}`));
    expect(Object.keys(await bench.queue.workers()).sort()).toEqual(names);
  });

  test('say all events through it, with their number in front', async () => {
    const multiWorker = bench.multiWorker({ add }, { concurrency: 1 });
    const told = record(multiWorker, 'start', 'ping', 'poll', 'job', 'success', 'failure', 'pause', 'end');
    await bench.queue.enqueue('math', 'add', [1, 2]);
    await bench.queue.enqueue('math', 'missingJob');
    await multiWorker.start();
    await next(multiWorker, 'pause');
    await multiWorker.end();
    const job = { class: 'add', queue: 'math', args: [1, 2] };
    const missing = { class: 'missingJob', queue: 'math', args: [] };
    expect(told).toEqual([
      ['start', 1],
      ['ping', 1, expect.any(Number)],
      ['poll', 1, 'math'],
      ['job', 1, 'math', job],
      ['success', 1, 'math', job, 3, expect.any(Number)],
      ['poll', 1, 'math'],
      ['failure', 1, 'math', missing, expect.any(Error), expect.any(Number)],
      ['poll', 1, 'math'],
      ['pause', 1],
      ['end', 1],
    ]);
    expect(String(told[6]?.[4])).toBe('Error: No job defined for class "missingJob"');
  });

  test('put their errors in front of their number', async () => {
    const multiWorker = bench.multiWorker({ add });
    await multiWorker.start();
    const told = next(multiWorker, 'error');
    multiWorker.workers[0]?.emit('error', new Error('odd'), 'math', {
      class: 'add',
      queue: 'math',
      args: [],
    });
    expect(await told).toEqual([
      expect.objectContaining({ message: 'odd' }),
      1,
      'math',
      { class: 'add', queue: 'math', args: [] },
    ]);
  });

  test('say once what is about all of them', async () => {
    const multiWorker = bench.multiWorker({ block: blocking(1_600) }, { concurrency: 5 });
    const told = record(multiWorker, 'slow');
    await bench.fill('block', 1);
    await multiWorker.start();
    await until(() => told.length > 0);
    await next(multiWorker, 'multiWorkerAction');
    expect(told).toEqual([['slow', expect.any(Number), expect.any(Number)]]);
  });

  test('say what is ours through it, too', async () => {
    const multiWorker = bench.multiWorker();
    await multiWorker.start();
    const [worker] = multiWorker.workers;
    const job = { class: 'add', queue: 'math', args: [] };
    const error = new Error('later');
    const told = record(
      multiWorker,
      'retry',
      'leaseLost',
      'claimLost',
      'warning',
      'reEnqueue',
      'cleaning_worker',
      'recovered',
    );
    worker?.emit('retry', 'math', job, error, 1_000);
    worker?.emit('leaseLost', 'host:1:abc');
    worker?.emit('claimLost', 'math', job);
    worker?.emit('warning', error);
    worker?.emit('reEnqueue', 'math', job, { delay: 1 });
    worker?.emit('cleaning_worker', 'host:1', 1);
    worker?.emit('recovered', 'host:1:abc', 2, 1);
    worker?.emit('recovered', 'host:1:abc', 2, 1);
    expect(told).toEqual([
      ['retry', 1, 'math', job, error, 1_000],
      ['leaseLost', 1, 'host:1:abc'],
      ['claimLost', 1, 'math', job],
      ['warning', 1, error],
      ['reEnqueue', 1, 'math', job, { delay: 1 }],
      ['cleaning_worker', 1, 'host:1', 1],
      ['recovered', 1, 'host:1:abc', 2, 1],
    ]);
  });
});
