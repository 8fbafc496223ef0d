// @ts-check
import { once } from 'node:events';
import { Queue, Scheduler, Worker } from 'reskue';
import { check } from './check.mjs';
import { say, tellScheduler, tellWorker } from './tell-events.mjs';

/**
 * The first program: additions now, a subtraction in three seconds, and one job that fails, is found among the failed, and
 * is sent again once its cause is mended.
 *
 * @param {import('reskue').ConnectionOptions} connection
 */
export async function runMath(connection) {
  let isMended = false;
  const jobs = {
    add: { perform: async (/** @type {number} */ a, /** @type {number} */ b) => a + b },
    subtract: { perform: async (/** @type {number} */ a, /** @type {number} */ b) => a - b },
    halve: {
      perform: async (/** @type {number} */ a) => {
        if (!isMended) throw new Error('the knife is broken');
        return a / 2;
      },
    },
  };

  const queue = new Queue({ connection }, jobs);
  const worker = new Worker({ connection, queues: ['math', 'otherQueue'] }, jobs);
  const scheduler = new Scheduler({ connection }, jobs);
  tellWorker(worker);
  tellScheduler(scheduler);
  /** @type {Map<string, unknown>} */
  const results = new Map();
  worker.on('success', (_queue, { class: name, args }, result) => results.set(`${name} ${args}`, result));

  await Promise.all([queue.connect(), worker.connect(), scheduler.connect()]);
  await worker.start();
  await scheduler.start();

  // The whole takes 3 s; a demo that hangs shows nothing.
  const signal = AbortSignal.timeout(30_000);
  const failed = once(worker, 'failure', { signal });
  say('queue', 'enqueues add(1, 2) and add(2, 3), subtract(2, 1) in 3 s, and halve(8), which will fail');
  await queue.enqueue('math', 'add', [1, 2]);
  await queue.enqueue('math', 'add', [2, 3]);
  await queue.enqueueIn(3_000, 'math', 'subtract', [2, 1]);
  await queue.enqueue('otherQueue', 'halve', [8]);

  await failed;
  const [failure] = await queue.failed(0, -1);
  say('queue', `failed() lists ${await queue.failedCount()}: ${failure?.payload.class}, "${failure?.error}"`);
  isMended = true;
  if (failure) await queue.retryAndRemoveFailed(failure);
  say('queue', 'sent it again: retryAndRemoveFailed()');

  while (results.size < 4) await once(worker, 'success', { signal });
  // The last one is counted when it is settled, which may be a moment after it succeeded.
  await worker.end();
  await scheduler.end();
  const { processed, failed: failures } = await queue.stats();
  /** @type {Record<string, [actual: unknown, expected: unknown]>} */
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
  };
  await queue.end();

  console.log('\nThe counts:');
  return check(numbers);
}
