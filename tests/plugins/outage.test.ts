import { once } from 'node:events';
import { Plugin, type Jobs } from '@reskue/core';
import { JobLock, Retry } from '@reskue/plugins';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { pluginBench } from './plugin-bench.test-kit.js';

const bench = pluginBench();

/** Redis stands still for longer than any command is waited for. */
function standstill(): void {
  const { pid } = bench.server.server;
  process.kill(pid, 'SIGSTOP');
  setTimeout(() => process.kill(pid, 'SIGCONT'), 1_000);
}

class Outage extends Plugin {
  override async beforePerform(): Promise<boolean> {
    standstill();
    return true;
  }
}

const impatient = (): object => ({ connection: { ...bench.server.connection, commandTimeout: 200 } });

test('an outage while a job takes its lock does not fail the job', async () => {
  let runs = 0;
  const jobs: Jobs = { locked: { plugins: [Outage, JobLock], perform: () => (runs += 1) } };
  const queue = await bench.queue(jobs);
  const worker = await bench.worker(jobs, impatient());
  await queue.enqueue('q', 'locked', [1]);
  const succeeded = once(worker, 'success');
  await worker.start();
  await succeeded;
  expect(runs).toBe(1);
  expect(await queue.failedCount()).toBe(0);
  expect(await bench.server.redis.keys('*lock*')).toEqual([]);
});

test('an outage while a retry is counted does not make it a failure', async () => {
  let runs = 0;
  const perform = (): void => {
    runs += 1;
    if (runs > 1) return;
    standstill();
    throw new Error('the first time');
  };
  const options = { Retry: { retryLimit: 2, retryDelay: 10 } };
  const jobs: Jobs = { retried: { plugins: [Retry], pluginOptions: options, perform } };
  const queue = await bench.queue(jobs);
  const worker = await bench.worker(jobs, impatient());
  await bench.scheduler();
  await queue.enqueue('q', 'retried', [1]);
  await worker.start();
  await until(() => runs === 2, { timeoutMs: 10_000 });
  expect(await queue.failedCount()).toBe(0);
});
