import { once } from 'node:events';
import type { ConnectionOptions } from '@reskue/core';
import { Queue } from '@reskue/queue';
import { Scheduler } from '@reskue/scheduler';
import { Worker } from '@reskue/worker';
import type { DemoTeller } from './demo-teller.js';

/**
 * Additions now, a subtraction in three seconds, and one job that fails, is found among the failed, and is sent again once
 * its cause is mended.
 */
export async function runMath(
  connection: ConnectionOptions,
  teller: DemoTeller,
  signal: AbortSignal,
): Promise<boolean> {
  let isMended = false;
  const jobs = {
    add: { perform: async (a: number, b: number) => a + b },
    subtract: { perform: async (a: number, b: number) => a - b },
    halve: {
      perform: async (a: number) => {
        if (!isMended) throw new Error('the knife is broken');
        return a / 2;
      },
    },
  };
  await using queue = new Queue({ connection }, jobs);
  await using worker = new Worker({ connection, queues: ['math', 'otherQueue'] }, jobs);
  await using scheduler = new Scheduler({ connection }, jobs);
  teller.listenToWorker(worker);
  teller.listenToScheduler(scheduler);
  const results = new Map<string, unknown>();
  worker.on('success', (_queue, { class: name, args }, result) =>
    results.set(`${name} ${args.join()}`, result),
  );

  await Promise.all([queue.connect(), worker.connect(), scheduler.connect()]);
  await worker.start();
  await scheduler.start();

  const failed = once(worker, 'failure', { signal });
  teller.say(
    'queue',
    'enqueues add(1, 2) and add(2, 3), subtract(2, 1) in 3 s, and halve(8), which will fail',
  );
  await queue.enqueue('math', 'add', [1, 2]);
  await queue.enqueue('math', 'add', [2, 3]);
  await queue.enqueueIn(3_000, 'math', 'subtract', [2, 1]);
  await queue.enqueue('otherQueue', 'halve', [8]);

  await failed;
  const [failure] = await queue.failed(0, -1);
  teller.say(
    'queue',
    `failed() lists ${await queue.failedCount()}: ${failure?.payload.class ?? ''}, "${failure?.error ?? ''}"`,
  );
  isMended = true;
  if (failure) await queue.retryAndRemoveFailed(failure);
  teller.say('queue', 'sent it again: retryAndRemoveFailed()');

  while (results.size < 4) await once(worker, 'success', { signal });
  // The last one is counted when it is settled, which may be a moment after it succeeded.
  await worker.end();
  await scheduler.end();
  const { processed, failed: failures } = await queue.stats();
  const numbers = {
    processed: [processed, '4'],
    failed: [failures, '1'],
    'still in failed': [await queue.failedCount(), 0],
    'left in math': [await queue.length('math'), 0],
    'left in otherQueue': [await queue.length('otherQueue'), 0],
    'still delayed': [(await queue.timestamps()).length, 0],
    'add(1, 2)': [results.get('add 1,2'), 3],
    'add(2, 3)': [results.get('add 2,3'), 5],
    'subtract(2, 1)': [results.get('subtract 2,1'), 1],
    'halve(8), sent again': [results.get('halve 8'), 4],
  } as const;
  teller.line('\nThe counts:');
  return teller.check(numbers);
}
