import { Connection, type Jobs } from '@reskue/core';
import { reapLease } from '@reskue/core/protocol';
import { JobLock, QueueLock, Retry } from '@reskue/plugins';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { next, pluginBench } from './plugin-bench.test-kit.js';

const bench = pluginBench();

test('with a keyPrefix on the client all locks and counters come and go under it', async () => {
  let lockedMeanwhile: string[] = [];
  const jobs: Jobs = {
    bad: {
      plugins: [QueueLock, JobLock, Retry],
      perform: async () => {
        lockedMeanwhile = await bench.server.redis.keys('*lock:bad*');
        throw new Error('bad');
      },
    },
  };
  const redis = bench.server.client({ keyPrefix: 'app:' });
  const connection = { redis };
  const queue = await bench.queue(jobs, { connection });
  const worker = await bench.worker(jobs, { connection });
  await queue.enqueue('q', 'bad', [1]);
  expect(await queue.enqueue('q', 'bad', [1])).toBe(false);
  await worker.start();
  await next(worker, 'failure');
  expect(lockedMeanwhile).toEqual(['app:resque:workerslock:bad:q:[1]']);
  expect(await bench.server.redis.keys('*lock*')).toEqual([]);
  expect(await bench.server.redis.keys('*retry*')).toEqual([]);
});

test('and the locks of the dead are found under it', async () => {
  let isRunning = false;
  let end = (): void => {};
  const jobs: Jobs = {
    slow: {
      plugins: [JobLock],
      perform: () => {
        isRunning = true;
        return new Promise<void>((resolve) => (end = resolve));
      },
    },
  };
  const redis = bench.server.client({ keyPrefix: 'app:' });
  const worker = await bench.worker(jobs, { connection: { redis } });
  const queue = await bench.queue(jobs, { connection: { redis } });
  await queue.enqueue('q', 'slow', [1]);
  await worker.start();
  await until(() => isRunning);
  const connection = new Connection({ redis });
  await connection.connect();
  const [leaseId = ''] = await redis.zrangebyscore('resque:leases', '-inf', '+inf');
  const lost = next(worker, 'leaseLost');
  expect(await reapLease(connection, leaseId, Date.now() + 60_000)).toMatchObject({ status: 'reaped' });
  expect(await bench.server.redis.keys('*lock:slow*')).toEqual([]);
  connection.end();
  end();
  await lost;
});
