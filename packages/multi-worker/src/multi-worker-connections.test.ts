import { Connection } from '@reskue/core/protocol';
import { redisServer } from '@reskue/testkit';
import { describe, expect, test } from 'vitest';
import { MultiWorker } from './multi-worker.js';
import { lasting, multiWorkerBench, next, record, until } from './multi-worker-bench.test-kit.js';

const bench = multiWorkerBench();
const clients = async () =>
  String(await bench.server.redis.client('LIST'))
    .trim()
    .split('\n').length;

describe('a hundred task processors', () => {
  test('A22: open at most three connections, busy or idle', async () => {
    const before = await clients();
    const multiWorker = bench.multiWorker({ sleep: lasting(200) }, { concurrency: 100, queues: '*' });
    const told = record(multiWorker, 'start', 'pause', 'error');
    let most = 0;
    multiWorker.on('job', (id) => {
      if (id % 10 === 0) void clients().then((count) => (most = Math.max(most, count)));
    });
    await bench.fill('sleep', 300);
    await multiWorker.start();
    await until(async () => (await bench.queue.stats())['processed'] === '300');
    await until(() => told.filter(([name]) => name === 'pause').length >= 100);
    most = Math.max(most, await clients());
    expect(most - before).toBeGreaterThan(0);
    expect(most - before).toBeLessThanOrEqual(3);
    expect(told.filter(([name]) => name === 'start')).toHaveLength(100);
    expect(told.filter(([name]) => name === 'error')).toEqual([]);
    await multiWorker.end();
    await until(async () => (await clients()) === before);
  });

  test('work a thousand jobs once each, a hundred at a time', async () => {
    let [now, most] = [0, 0];
    const seen: number[] = [];
    const jobs = {
      count: {
        perform: async (number: number) => {
          most = Math.max(most, ++now);
          seen.push(number);
          await new Promise((resolve) => setTimeout(resolve, 20));
          now -= 1;
        },
      },
    };
    const multiWorker = bench.multiWorker(jobs, { concurrency: 100 });
    await bench.fill('count', 1_000);
    await multiWorker.start();
    await until(async () => (await bench.queue.stats())['processed'] === '1000', { timeoutMs: 10_000 });
    expect(most).toBe(100);
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, number) => number));
    expect(await bench.queue.failedCount()).toBe(0);
    await multiWorker.end();
    expect(await bench.server.redis.exists('resque:workers', 'resque:leases')).toBe(0);
  });
});

describe('a client that is handed in', () => {
  test('gets room for the listeners of all, and stays open', async () => {
    const redis = bench.server.client();
    const [room, listeners] = [redis.getMaxListeners(), redis.listenerCount('error')];
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const multiWorker = bench.multiWorker({}, { connection: { redis }, concurrency: 30 });
    expect(redis.getMaxListeners()).toBe(room + 30);
    const told = record(multiWorker, 'start');
    await multiWorker.start();
    await until(() => told.length === 30);
    await multiWorker.end();
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
    expect(await redis.ping()).toBe('PONG');
    expect(redis.listenerCount('error')).toBe(listeners);
  });

  test('without a limit has none afterwards', () => {
    const redis = bench.server.client();
    redis.setMaxListeners(0);
    new MultiWorker({ connection: { redis } });
    expect(redis.getMaxListeners()).toBe(0);
  });
});

test('a Connection that is handed in is shared and left open, and has its listeners as before', async () => {
  const connection = new Connection(bench.server.connection);
  await connection.connect();
  const multiWorker = bench.multiWorker({ sleep: lasting(1) }, { connection });
  await bench.fill('sleep', 1);
  await multiWorker.start();
  await next(multiWorker, 'success');
  await multiWorker.end();
  expect(connection.connected).toBe(true);
  expect(connection.eventNames()).toEqual([]);
  connection.end();
});

describe('a server that may throw jobs away', () => {
  const full = redisServer({ config: { maxmemory: '50mb', 'maxmemory-policy': 'allkeys-lru' } });

  test('is a warning, told once', async () => {
    const multiWorker = bench.multiWorker({}, { connection: full.connection, concurrency: 5 });
    const told = record(multiWorker, 'warning', 'start');
    await multiWorker.start();
    await until(() => told.length >= 6);
    await multiWorker.end();
    const codes = told.flatMap(([, , warning]) => (warning as { code?: string } | undefined)?.code ?? []);
    expect(codes.filter((code) => code === 'RESKUE_EVICTION_POLICY')).toHaveLength(1);
  });
});
