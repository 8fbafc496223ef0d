import { runScript, steer } from '@reskue/core/protocol';
import { describe, expect, test } from 'vitest';
import type { MultiWorker } from './multi-worker.js';
import { lasting, multiWorkerBench, next, record, until } from './multi-worker-bench.test-kit.js';

const bench = multiWorkerBench();
const clients = async () =>
  String(await bench.server.redis.client('LIST'))
    .trim()
    .split('\n').length;
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
/** Keys of workers and leases; that somebody looked at the leases is remembered. */
const keysLeft = async () =>
  (await bench.server.redis.keys('*')).filter(
    (key) => /worker|lease|stat:.+:/.test(key) && !key.endsWith(':looked'),
  );

describe('end', () => {
  test('before start does nothing, and start works afterwards', async () => {
    const multiWorker = bench.multiWorker({ sleep: lasting(1) });
    const told = record(multiWorker, 'multiWorkerAction', 'end', 'error');
    await multiWorker.end();
    expect(told).toEqual([]);
    await bench.fill('sleep', 1);
    await multiWorker.start();
    await next(multiWorker, 'success');
  });

  test('lets the jobs in hand end, claims no more, and leaves nothing behind: no key, connection or timer', async () => {
    const [clientsBefore, timersBefore] = [await clients(), timers()];
    const multiWorker = bench.multiWorker({ sleep: lasting(100) }, { concurrency: 3 });
    const told = record(multiWorker, 'success', 'end', 'error', 'multiWorkerAction');
    await bench.fill('sleep', 9);
    await multiWorker.start();
    await until(() => multiWorker.workers.every(({ job }) => job !== null));
    told.length = 0;
    const ending = multiWorker.end();
    expect(multiWorker).toMatchObject({ running: false, stopInProcess: true });
    await ending;
    expect(told.map(([name]) => name).sort()).toEqual([
      'end',
      'end',
      'end',
      'multiWorkerAction',
      'success',
      'success',
      'success',
    ]);
    expect(told.at(-1)).toEqual(['multiWorkerAction', '--', expect.any(Number)]);
    expect(multiWorker).toMatchObject({
      workers: [],
      working: false,
      stopInProcess: false,
      checkTimer: undefined,
    });
    expect(await bench.queue.length('math')).toBe(6);
    // The test runner's own come and go.
    await until(() => timers() <= timersBefore);
    await until(async () => (await clients()) === clientsBefore);
    expect(await keysLeft()).toEqual([]);
  });

  test('twice is once, stop is end, and no further look comes', async () => {
    const multiWorker = bench.multiWorker({ sleep: lasting(50) }, { minTaskProcessors: 2 });
    const told = record(multiWorker, 'end', 'multiWorkerAction');
    await bench.fill('sleep', 2);
    await multiWorker.start();
    await next(multiWorker, 'job');
    await Promise.all([multiWorker.end(), multiWorker.stop(), multiWorker.end()]);
    await multiWorker.end();
    expect(told.filter(([name]) => name === 'end')).toHaveLength(2);
    expect(told.filter(([, verb]) => verb === '--')).toHaveLength(1);
  });

  test('during start takes out whoever registered meanwhile', async () => {
    const multiWorker = bench.multiWorker({}, { minTaskProcessors: 5 });
    const told = record(multiWorker, 'error');
    await multiWorker.start();
    await multiWorker.end();
    const other = bench.multiWorker({}, { minTaskProcessors: 5 });
    await other.start();
    await next(other, 'start');
    await other.end();
    expect(await keysLeft()).toEqual([]);
    expect(told).toEqual([]);
  });

  test('with a deadline puts the jobs back that last too long', async () => {
    const multiWorker = bench.multiWorker(
      { hang: { perform: () => new Promise(() => undefined) } },
      { concurrency: 2 },
    );
    await bench.fill('hang', 2);
    await multiWorker.start();
    await until(() => multiWorker.workers.every(({ job }) => job !== null));
    await multiWorker.end({ timeout: 20 });
    expect(await bench.queue.length('math')).toBe(2);
  });

  test('waits for those who were let go', async () => {
    const multiWorker = bench.multiWorker({ sleep: lasting(300) }, { maxTaskProcessors: 2 });
    await bench.fill('sleep', 2);
    const told = record(multiWorker, 'success', 'end');
    await multiWorker.start();
    await until(
      () => multiWorker.workers.length === 2 && multiWorker.workers.every(({ job }) => job !== null),
    );
    // Every look finds the loop blocked from now on.
    multiWorker.options.maxEventLoopDelay = -1;
    await until(() => multiWorker.workers.length === 1);
    await multiWorker.end();
    expect(told.map(([name]) => name).sort()).toEqual(['end', 'end', 'success', 'success']);
    expect(await bench.queue.stats()).toMatchObject({ processed: '2' });
  });

  test('from a listener of a job', async () => {
    const multiWorker = bench.multiWorker({}, { minTaskProcessors: 2 });
    const ended = new Promise<void>((resolve) => {
      multiWorker.on('failure', () => void multiWorker.end().then(resolve));
    });
    await bench.queue.enqueue('math', 'missingJob');
    await multiWorker.start();
    await ended;
    expect(multiWorker.workers).toEqual([]);
  });

  test('comes with the end of a block that uses it', async () => {
    let seen: MultiWorker;
    {
      await using multiWorker = bench.multiWorker();
      seen = multiWorker;
      await multiWorker.start();
      await next(multiWorker, 'poll');
    }
    expect(seen).toMatchObject({ running: false, workers: [] });
  });
});

describe('start', () => {
  test('twice is once', async () => {
    const multiWorker = bench.multiWorker({}, { concurrency: 2 });
    const told = record(multiWorker, 'start');
    await Promise.all([multiWorker.start(), multiWorker.start()]);
    await until(() => told.length === 2);
    await next(multiWorker, 'multiWorkerAction');
    expect(told).toEqual([
      ['start', 1],
      ['start', 2],
    ]);
  });

  test('again after the end works, as often as one likes', async () => {
    const multiWorker = bench.multiWorker({ sleep: lasting(1) }, { minTaskProcessors: 2 });
    for (let round = 0; round < 3; round += 1) {
      await multiWorker.start();
      expect(multiWorker).toMatchObject({ running: true, eventLoopBlocked: true, eventLoopDelay: Infinity });
      await bench.fill('sleep', 1);
      await next(multiWorker, 'success');
      await multiWorker.end();
    }
    expect(await bench.queue.stats()).toMatchObject({ processed: '3' });
  });

  test('during the end waits for it; an end after that wins', async () => {
    const multiWorker = bench.multiWorker({ sleep: lasting(100) });
    await bench.fill('sleep', 2);
    await multiWorker.start();
    await next(multiWorker, 'job');
    const first = multiWorker.end();
    await multiWorker.start();
    expect(multiWorker.running).toBe(true);
    await first;
    await next(multiWorker, 'success');
    const second = multiWorker.end();
    await multiWorker.start();
    await multiWorker.end();
    await second;
    expect(multiWorker).toMatchObject({ running: false, workers: [], checkTimer: undefined });
  });
});

test('an operator who stops the process is obeyed by all workers, which is told once', async () => {
  const multiWorker = bench.multiWorker({ sleep: lasting(600) }, { concurrency: 3, lease: 1_000 });
  const told = record(multiWorker, 'control', 'success');
  await bench.fill('sleep', 4);
  await multiWorker.start();
  await until(() => multiWorker.workers.every(({ job }) => job !== null));
  const [id = ''] = await bench.server.redis.zrange('resque:leases', '0', '-1');
  const keys = { leases: 'resque:leases', lease: `resque:lease:${id}` };
  await runScript(bench.server.redis, steer, keys, { id, order: 'stop', now: '' });
  await until(() => !multiWorker.running && multiWorker.workers.length === 0);
  expect(told.map(([name]) => name)).toEqual(['control', 'success', 'success', 'success']);
  expect(told[0]).toEqual(['control', expect.any(Number), 'stop']);
  expect(await bench.queue.length('math')).toBe(1);
  expect(await keysLeft()).toEqual([]);
});
