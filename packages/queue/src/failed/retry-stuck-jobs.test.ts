import { Plugin } from '@reskue/core';
import { expect, test } from 'vitest';
import { queueBench } from '../queue-bench.test-kit.js';

const bench = queueBench();
const stuck = (number: number) =>
  `{"worker":"h:1","queue":"q","payload":{"class":"A","queue":"q","args":[${number}]},"exception":"Worker Timeout (killed manually)","error":"Worker Timeout (killed manually)","backtrace":["killed by h at x","queue#forceCleanWorker","node-resque"],"failed_at":"x"}`;
const failed = (backtrace: string) =>
  `{"worker":"h:1","queue":"q","payload":{"class":"B","args":[]},"exception":"Error","error":"boom","backtrace":${backtrace},"failed_at":"x"}`;

test('all 250 stuck jobs are retried, among 250 that are not', async () => {
  const queue = await bench.queue();
  for (let at = 0; at < 250; at += 1) await bench.push('failed', failed('["a","b"]'), stuck(at));
  await queue.retryStuckJobs();
  expect((await queue.queued('q', 0, -1)).map(({ args }) => args[0] as number)).toEqual(
    Array.from({ length: 250 }, (_, at) => at),
  );
  expect(await bench.list('failed')).toEqual(Array.from({ length: 250 }, () => failed('["a","b"]')));
});

test('entries without a backtrace, or that cannot be read, do not stop it', async () => {
  const queue = await bench.queue();
  const others = [
    failed('null'),
    failed('"text"'),
    failed('[]'),
    failed('{"1":"queue#forceCleanWorker"}'),
    'no json',
    '',
    'null',
  ];
  await bench.push('failed', ...others, stuck(1));
  await queue.retryStuckJobs();
  expect(await bench.list('failed')).toEqual(others);
  expect(await queue.length('q')).toBe(1);
});

test('the limit is how many entries are looked at', async () => {
  const queue = await bench.queue();
  await bench.push('failed', failed('null'), stuck(1), stuck(2), stuck(3));
  await queue.retryStuckJobs(3);
  expect(await bench.list('failed')).toEqual([failed('null'), stuck(3)]);
  await queue.retryStuckJobs(0);
  expect(await queue.failedCount()).toBe(2);
});

test('a job that a hook refuses stays, and those behind it are retried', async () => {
  class Odd extends Plugin {
    override beforeEnqueue() {
      return this.args[0] % 2 === 1;
    }
  }
  const queue = await bench.queue({ A: { plugins: [Odd], perform: () => 0 } });
  await bench.push('failed', ...Array.from({ length: 150 }, (_, at) => stuck(at)));
  await queue.retryStuckJobs();
  expect(await queue.length('q')).toBe(75);
  expect(await bench.list('failed')).toEqual(Array.from({ length: 75 }, (_, at) => stuck(at * 2)));
});

test('an entry without a job stays and is told, and those behind it are retried', async () => {
  const queue = await bench.queue();
  const told: unknown[] = [];
  queue.on('error', (error) => told.push(error));
  const empty = '{"queue":"q","payload":null,"backtrace":["","queue#forceCleanWorker"]}';
  await bench.push('failed', empty, stuck(1));
  await queue.retryStuckJobs();
  expect(told).toEqual([expect.objectContaining({ code: 'RESKUE_PAYLOAD_INVALID' })]);
  expect(await bench.list('failed')).toEqual([empty]);
});

test('a hook that throws is told, and those behind it are retried', async () => {
  class Throwing extends Plugin {
    override beforeEnqueue() {
      if (this.args[0] === 1) throw new Error('careless');
    }
  }
  const queue = await bench.queue({ A: { plugins: [Throwing], perform: () => 0 } });
  const told: unknown[] = [];
  queue.on('error', (error) => told.push(error));
  await bench.push('failed', stuck(0), stuck(1), stuck(2));
  await queue.retryStuckJobs();
  expect(told).toMatchObject([{ message: 'careless' }]);
  expect(await bench.list('failed')).toEqual([stuck(1)]);
});

test('a Redis that stops answering ends it with an error', async () => {
  class Pausing extends Plugin {
    override async beforeEnqueue() {
      await bench.server.redis.client('PAUSE', 300);
    }
  }
  const client = bench.server.client({ commandTimeout: 50 });
  const jobs = { A: { plugins: [Pausing], perform: () => 0 } };
  const queue = await bench.queue(jobs, { connection: { redis: client } });
  await bench.push('failed', stuck(0), stuck(1));
  await expect(queue.retryStuckJobs()).rejects.toThrow('Command timed out');
  // Until it answers again.
  await bench.server.redis.ping();
});
