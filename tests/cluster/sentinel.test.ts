import { Queue } from '@reskue/queue';
import { startSentinel, until, type SentinelSetup } from '@reskue/testkit';
import { Worker } from '@reskue/worker';
import { Scheduler } from '@reskue/scheduler';
import { afterEach, beforeEach, expect, test } from 'vitest';

let setup: SentinelSetup;

// For each try: the last one may have left it in any state.
beforeEach(async () => {
  setup = await startSentinel();
}, 60_000);
afterEach(() => setup.stop());

test('a failover: everything replicated is worked, nothing stays stuck, everybody resumes', async () => {
  const connection = { options: setup.options };
  const queue = new Queue({ connection });
  const seen = new Set<number>();
  const note = {
    perform: (number: number) => new Promise((resolve) => setTimeout(resolve, 5, seen.add(number))),
  };
  const worker = new Worker({ connection, queues: 'q', name: 'host:1', timeout: 500 }, { note });
  const scheduler = new Scheduler({ connection, timeout: 500 });
  for (const one of [queue, worker, scheduler]) one.on('error', () => undefined);
  await Promise.all([queue.connect(), worker.connect(), scheduler.connect()]);
  await scheduler.start();
  await queue.enqueueBulk(
    Array.from({ length: 300 }, (_, number) => ({ queue: 'q', class: 'note', args: [number] })),
  );
  await queue.enqueueIn(4_000, 'q', 'note', [300]);
  expect(await queue.connection.client.wait(1, 5_000)).toBe(1);
  await worker.start();
  await until(() => seen.size > 20);

  await setup.primary.kill();
  await setup.promoted();
  const promotedAt = Date.now();
  await until(() => seen.size >= 300, { timeoutMs: 15_000 });
  await until(() => queue.enqueue('q', 'note', [301]).catch(() => false), { timeoutMs: 15_000 });
  await until(() => seen.has(300) && seen.has(301), { timeoutMs: 15_000 });
  expect(Date.now() - promotedAt).toBeLessThan(15_000);
  expect(await queue.length('q')).toBe(0);
  expect(await queue.failedCount()).toBe(0);
  await until(async () => (await queue.allWorkingOn())['host:1'] === 'started');
  await Promise.all([worker.end(), scheduler.end()]);
  await queue.end();
}, 60_000);
