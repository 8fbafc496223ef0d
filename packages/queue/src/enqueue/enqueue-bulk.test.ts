import { Plugin } from '@reskue/core';
import { expect, test } from 'vitest';
import { queueBench } from '../queue-bench.test-kit.js';

const bench = queueBench();
const numbered = (queue: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => ({ queue, class: 'job', args: [from + at] }));

test('1,000 jobs of a queue are one round trip, in order', async () => {
  const queue = await bench.queue({}, { connection: { redis: bench.server.client() } });
  await queue.enqueue('warm', 'up');
  const jobs = [...numbered('a', 0, 2_500), ...numbered('b', 0, 10)];
  const calls = await bench.calls('evalsha', async () => {
    expect(await queue.enqueueBulk(jobs)).toEqual(jobs.map(() => true));
  });
  expect(calls).toBe(4);
  expect(await bench.list('queue:a')).toEqual(
    numbered('a', 0, 2_500).map(({ args }) => queue.encode('a', 'job', args)),
  );
  expect(await queue.length('b')).toBe(10);
});

test('jobs with plugins go through their hooks, and the order of a queue is kept', async () => {
  class OnlyEven extends Plugin {
    override beforeEnqueue() {
      return this.args[0] % 2 === 0;
    }
  }
  const queue = await bench.queue({ even: { plugins: [OnlyEven], perform: () => 0 } });
  const answers = await queue.enqueueBulk([
    { queue: 'q', class: 'plain', args: [0] },
    { queue: 'q', class: 'even', args: [1] },
    { queue: 'q', class: 'even', args: [2] },
    { queue: 'q', class: 'plain' },
  ]);
  expect(answers).toEqual([true, false, true, true]);
  expect((await queue.queued('q', 0, -1)).map(({ class: name, args }) => [name, args])).toEqual([
    ['plain', [0]],
    ['even', [2]],
    ['plain', []],
  ]);
});

test('nothing is sent when one of the jobs is wrong', async () => {
  const queue = await bench.queue();
  const wrong = { queue: '', class: 'job' };
  await expect(queue.enqueueBulk([{ queue: 'q', class: 'job' }, wrong])).rejects.toMatchObject({
    code: 'RESKUE_QUEUE_NAME_INVALID',
  });
  expect(await queue.queues()).toEqual([]);
});

test('no jobs are no round trip', async () => {
  const queue = await bench.queue();
  expect(await bench.calls('evalsha', () => queue.enqueueBulk([]))).toBe(0);
  expect(await queue.enqueueBulk([])).toEqual([]);
});

test('a queue that Redis refuses rejects, after the other queues got theirs', async () => {
  const queue = await bench.queue();
  await bench.server.redis.set('resque:queue:broken', 'no list');
  const jobs = [{ queue: 'broken', class: 'job' }, ...numbered('ok', 0, 3)];
  await expect(queue.enqueueBulk(jobs)).rejects.toThrow('WRONGTYPE');
  expect(await queue.length('ok')).toBe(3);
});
