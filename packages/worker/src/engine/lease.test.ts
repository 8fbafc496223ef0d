import { expect, test } from 'vitest';
import { until, workerBench } from '../worker-bench.test-kit.js';

const bench = workerBench();

test('workers of one process with one name are told apart, and no job is lost between them', async () => {
  const done: number[] = [];
  const add = {
    perform: async (n: number) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      done.push(n);
    },
  };
  const numbers = Array.from({ length: 50 }, (_, n) => n);
  await bench.queue.enqueueBulk(numbers.map((n) => ({ queue: 'math', class: 'add', args: [n] })));

  const workers = await Promise.all([1, 2, 3].map(() => bench.worker({ add })));
  const lost: unknown[] = [];
  for (const worker of workers) worker.on('claimLost', (_queue, job) => lost.push(job));
  await Promise.all(workers.map((worker) => worker.start()));
  expect(workers.map(({ name }) => name).sort()).toEqual(['host:1', 'host:1+x2', 'host:1+x3']);
  expect(await bench.server.redis.scard('resque:workers')).toBe(3);

  await until(async () => (await bench.server.redis.get('resque:stat:processed')) === '50');
  expect(done.sort((one, other) => one - other)).toEqual(numbers);
  expect(lost).toEqual([]);
});

test('a name is free again after its worker ended', async () => {
  const first = await bench.started();
  await bench.started({}, { name: 'host:other' });
  await first.end();
  expect((await bench.started()).name).toBe('host:1');
});
