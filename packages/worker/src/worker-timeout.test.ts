import { expect, test } from 'vitest';
import { currentJob } from './perform/current-job.js';
import { next, record, until, workerBench } from './worker-bench.test-kit.js';

const bench = workerBench();
const never = { perform: () => new Promise(() => undefined) };
const good = { perform: () => 'good' };

test('a job that never settles fails at its timeout and frees its slot', async () => {
  const worker = await bench.worker({ never: { ...never, timeout: 50 }, good }, { abortGrace: 20 });
  const failures = record(worker, 'failure');
  await bench.queue.enqueue('math', 'never');
  await bench.queue.enqueue('math', 'good');
  await worker.start();
  await next(worker, 'success');
  expect(failures).toEqual([
    [
      'failure',
      'math',
      expect.objectContaining({ class: 'never' }),
      expect.objectContaining({ code: 'RESKUE_JOB_TIMEOUT' }),
      expect.any(Number),
    ],
  ]);
  expect(await bench.queue.failedCount()).toBe(1);
});

test('a job that heeds its signal ends at once, and the timeout is the reason of its failure', async () => {
  const heedful = {
    perform: () =>
      new Promise((_, reject) =>
        currentJob()?.signal.addEventListener('abort', () => reject(new Error('as you wish'))),
      ),
  };
  const worker = await bench.worker({ heedful }, { jobTimeout: 30, abortGrace: 60_000 });
  await bench.queue.enqueue('math', 'heedful');
  await worker.start();
  const [, , error] = await next(worker, 'failure');
  expect(error).toMatchObject({
    code: 'RESKUE_JOB_TIMEOUT',
    message: expect.stringContaining('30 ms') as string,
  });
});

test('a late result of a job that was given up changes nothing', async () => {
  let settle: (value: string) => void = () => undefined;
  const late = { timeout: 20, perform: () => new Promise<string>((resolve) => (settle = resolve)) };
  const worker = await bench.worker({ late, good }, { abortGrace: 10 });
  const told = record(worker, 'success', 'failure');
  await bench.queue.enqueue('math', 'late');
  await worker.start();
  await next(worker, 'failure');
  settle('too late');
  await bench.queue.enqueue('math', 'good');
  await next(worker, 'success');
  await until(() => told.length === 2);
  expect(told.map(([name, , job]) => [name, (job as { class: string }).class])).toEqual([
    ['failure', 'late'],
    ['success', 'good'],
  ]);
  expect(await bench.queue.stats()).toMatchObject({ processed: '1', failed: '1' });
});

test('a job that is quick enough leaves no timer', async () => {
  const worker = await bench.worker({ good: { ...good, timeout: 60_000 } });
  await bench.queue.enqueue('math', 'good');
  await worker.start();
  await next(worker, 'success');
});
