import { Plugin } from '@reskue/core';
import { describe, expect, test } from 'vitest';
import { currentJob } from './perform/current-job.js';
import { Worker } from './worker.js';
import { next, record, until, workerBench } from './worker-bench.test-kit.js';

const bench = workerBench();
const slow = (ms: number) => ({ perform: () => new Promise((resolve) => setTimeout(resolve, ms, 'slept')) });

describe('end', () => {
  test('right after start the job that waits is worked first', async () => {
    const worker = await bench.worker({ slow: slow(50) });
    const told = record(worker, 'success', 'end');
    await bench.queue.enqueue('math', 'slow');
    await bench.queue.enqueue('math', 'slow');
    await worker.start();
    expect(worker.working).toBe(true);
    await worker.end();
    expect(told.map(([name]) => name)).toEqual(['success', 'end']);
    expect(await bench.queue.length('math')).toBe(1);
  });

  test('does not wait longer than the job takes, whatever the timeout', async () => {
    const worker = await bench.started({ slow: slow(100) }, { timeout: 60_000 });
    await bench.queue.enqueue('math', 'slow');
    await next(worker, 'job');
    const startedAt = Date.now();
    await worker.end();
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });

  test('leaves nothing of an idle worker in Redis', async () => {
    const worker = await bench.started();
    await next(worker, 'pause');
    await worker.end();
    const keys = (await bench.server.redis.keys('*')).filter((key) => key !== 'resque:connection_test_key');
    expect(keys).toEqual(['resque:leases:looked']);
  });

  test('with a deadline aborts the signal of the job and puts it back unspent, at the front', async () => {
    let signal: AbortSignal | undefined;
    const jobs = {
      hang: {
        perform: () => {
          signal = currentJob()?.signal;
          return new Promise(() => undefined);
        },
      },
    };
    const worker = await bench.started(jobs);
    await bench.queue.enqueue('math', 'hang', [1]);
    await next(worker, 'job');
    await bench.queue.enqueue('math', 'hang', [2]);
    await worker.end({ timeout: 20 });
    expect(signal?.aborted).toBe(true);
    expect(await bench.server.redis.lrange('resque:queue:math', 0, -1)).toEqual([
      '{"class":"hang","queue":"math","args":[1]}',
      '{"class":"hang","queue":"math","args":[2]}',
    ]);
    expect(await bench.queue.stats()).not.toHaveProperty('processed');
  });

  test.each(['plugin', 'schema'] as const)(
    'a job that is put back while its %s is at work is not performed here any more',
    async (who) => {
      let release: (answer: boolean) => void = () => undefined;
      const waiting = new Promise<boolean>((resolve) => (release = resolve));
      class Slow extends Plugin {
        override async beforePerform() {
          return waiting;
        }
      }
      const args = {
        '~standard': {
          version: 1 as const,
          vendor: 'test',
          validate: async (value: unknown) => ({ value: (await waiting) ? (value as unknown[]) : [] }),
        },
      };
      let performed = 0;
      const perform = () => (performed += 1);
      const hang = who === 'plugin' ? { plugins: [Slow], perform } : { args, perform };
      const worker = await bench.started({ hang });
      await bench.server.redis.rpush('resque:queue:math', '{"class":"hang","queue":"math","args":[1]}');
      await next(worker, 'job');
      await worker.end({ timeout: 20 });
      release(true);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(performed).toBe(0);
      expect(await bench.queue.length('math')).toBe(1);
    },
  );

  test('twice is once, and before start or connect it returns', async () => {
    const worker = await bench.started();
    const told = record(worker, 'end');
    await Promise.all([worker.end(), worker.end()]);
    expect(told).toHaveLength(1);
    await new Worker({ connection: bench.server.connection }).end();
    const connected = await bench.worker();
    await connected.end();
  });

  test('with Redis away returns within seconds', async () => {
    const worker = await bench.started();
    await next(worker, 'pause');
    await bench.server.server.kill();
    const startedAt = Date.now();
    await worker.end();
    const tookMs = Date.now() - startedAt;
    await bench.server.restart();
    expect(tookMs).toBeLessThan(6_000);
  });

  test('a worker can be started again after it ended', async () => {
    const worker = await bench.started({ slow: slow(1) });
    await worker.end();
    await worker.connect();
    await worker.start();
    await bench.queue.enqueue('math', 'slow');
    await next(worker, 'success');
  });
});

test('Redis goes away and comes back: the worker goes on by itself', async () => {
  const worker = await bench.started({ slow: slow(1) }, { timeout: 100 });
  await next(worker, 'pause');
  await bench.server.restart();
  await until(() => bench.queue.enqueue('math', 'slow').catch(() => false));
  await next(worker, 'success');
});

test('start before connect does nothing, as in node-resque', async () => {
  const worker = new Worker({ connection: bench.server.connection });
  await worker.start();
  expect(worker.started).toBe(false);
});
