import { setTimeout as sleep } from 'node:timers/promises';
import type { Jobs } from '@reskue/core';
import { JobLock } from '@reskue/plugins';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { pluginBench } from './plugin-bench.test-kit.js';

const bench = pluginBench();

/** A job that tells how many of it ran at once. */
function watched(ms: number, options: object = {}): { jobs: Jobs; seen: { most: number; runs: number } } {
  let running = 0;
  const seen = { most: 0, runs: 0 };
  const perform = async (): Promise<void> => {
    running += 1;
    seen.most = Math.max(seen.most, running);
    await sleep(ms);
    running -= 1;
    seen.runs += 1;
  };
  const jobs = { slow: { plugins: [JobLock], pluginOptions: { JobLock: options }, perform } };
  return { jobs, seen };
}

test('8 equal jobs on 3 workers never run two at once, and all 8 run', async () => {
  const { jobs, seen } = watched(50, { enqueueTimeout: 100 });
  const queue = await bench.queue(jobs);
  await bench.scheduler();
  for (let n = 0; n < 8; n += 1) await queue.enqueue('q', 'slow', [1]);
  const workers = await Promise.all([1, 2, 3].map(() => bench.worker(jobs)));
  const failures: unknown[] = [];
  for (const worker of workers) worker.on('failure', (...given) => failures.push(given));
  await Promise.all(workers.map((worker) => worker.start()));
  await until(() => seen.runs === 8, { timeoutMs: 12_000 });
  expect(seen.most).toBe(1);
  expect(failures).toEqual([]);
  await until(async () => (await queue.locks())['workerslock:slow:q:[1]'] === undefined);
  expect(await queue.failedCount()).toBe(0);
});
