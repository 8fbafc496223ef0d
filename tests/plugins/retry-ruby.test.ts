import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Jobs } from '@reskue/core';
import { Retry, type RetryOptions } from '@reskue/plugins';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { next, pluginBench } from './plugin-bench.test-kit.js';

const bench = pluginBench();
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
const counter = `resque:resque-retry:bad:${sha1('1-2')}`;

const ruby = () => ({ connection: { ...bench.server.connection, dialect: 'ruby' as const } });

function failing(options: RetryOptions, fails: (run: number) => boolean = () => true) {
  const seen = { runs: 0 };
  const jobs: Jobs = {
    bad: {
      plugins: [Retry],
      pluginOptions: { Retry: options },
      perform: () => {
        seen.runs += 1;
        if (fails(seen.runs)) throw new Error('bad');
      },
    },
  };
  return { jobs, seen };
}

/** What resque-retry was seen to write: args as they stand in the payload, a tab, the key. */
const seenKeys = readFileSync(new URL('./retry-keys.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');

test.each(seenKeys.map((line) => line.split('\t')))('args %s count under %s', async (args = '', key = '') => {
  const { jobs } = failing({ retryLimit: 1, retryDelay: 60_000 });
  const worker = await bench.worker({ RetryLater: jobs['bad']! }, ruby());
  await bench.server.redis.rpush('resque:queue:q', `{"class":"RetryLater","args":${args}}`);
  await worker.start();
  await next(worker, 'success');
  expect(await bench.server.redis.get(`resque:${key}`)).toBe('0');
  expect(await bench.server.redis.exists(`resque:failure-${key}`)).toBe(1);
});

test('retryLimit 2 runs a job three times, at once without a scheduler, and gives up without a trace', async () => {
  const { jobs, seen } = failing({ retryLimit: 2, retryDelay: 0 });
  const queue = await bench.queue(jobs, ruby());
  const worker = await bench.worker(jobs, ruby());
  const counts: unknown[] = [];
  worker.on('reEnqueue', (_queue, _job, info) => counts.push(info));
  await queue.enqueue('q', 'bad', [1, 2]);
  await worker.start();
  await next(worker, 'failure');
  expect(seen.runs).toBe(3);
  expect(counts).toMatchObject([
    { delay: 0, remainingAttempts: 2 },
    { delay: 0, remainingAttempts: 1 },
  ]);
  expect((await bench.keys()).filter((key) => key.includes('retry'))).toEqual([]);
  expect(await queue.stats()).toMatchObject({ processed: '3', failed: '3' });
  expect(await queue.failedCount()).toBe(1);
});

test('a success removes the counter', async () => {
  const { jobs, seen } = failing({ retryLimit: 2, retryDelay: 0 }, (run) => run === 1);
  const queue = await bench.queue(jobs, ruby());
  const worker = await bench.worker(jobs, ruby());
  await queue.enqueue('q', 'bad', [1, 2]);
  let successes = 0;
  worker.on('success', () => (successes += 1));
  await worker.start();
  await until(() => successes === 2);
  expect(seen.runs).toBe(2);
  expect((await bench.keys()).filter((key) => key.includes('retry'))).toEqual([]);
});

test("what Ruby has counted counts: its second run is our job's", async () => {
  const { jobs, seen } = failing({ retryLimit: 1, retryDelay: 60_000 });
  const worker = await bench.worker(jobs, ruby());
  await bench.server.redis.set(counter, '0');
  await bench.server.redis.rpush('resque:queue:q', '{"class":"bad","args":[1,2]}');
  await worker.start();
  await next(worker, 'failure');
  expect(seen.runs).toBe(1);
  expect(await bench.server.redis.exists(counter)).toBe(0);
});
