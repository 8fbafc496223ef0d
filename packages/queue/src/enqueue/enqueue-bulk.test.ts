import { Plugin } from '@reskue/core';
import { until } from '@reskue/testkit';
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

const texts = Array.from({ length: 1_500 }, (_, at) => (at % 300 === 7 ? `"${at}\\é` : `text ${at}`));
const alike = (list: readonly string[]) => list.map((text) => ({ queue: 'q', class: 'job', args: [text] }));

test.each(['by script', 'by transaction'])('texts arrive byte for byte, in their order, %s', async (way) => {
  const queue = await bench.queue({}, { connection: { path: bench.server.socket } });
  const warm = () => queue.enqueueBulk(alike(texts.slice(0, 200)).map((job) => ({ ...job, queue: 'warm' })));
  if (way === 'by transaction') await until(async () => (await bench.calls('evalsha', warm)) === 0);
  expect(await queue.enqueueBulk(alike(texts))).toEqual(texts.map(() => true));
  expect(await queue.enqueueBulk(alike(texts.slice(0, 2)))).toEqual([true, true]);
  const expected = [...texts, ...texts.slice(0, 2)].map((text) => queue.encode('q', 'job', [text]));
  expect(await bench.list('queue:q')).toEqual(expected);
});

test('what is given and changed afterwards is stored as it was given, before what comes after it', async () => {
  const queue = await bench.queue();
  for (const second of ['job', 'other']) {
    const jobs = [
      { queue: second, class: 'job', args: ['a'] },
      { queue: second, class: second, args: ['b'] },
    ];
    const bulk = queue.enqueueBulk(jobs);
    const next = queue.enqueue(second, 'next');
    for (const job of jobs) job.args[0] = 'changed';
    await Promise.all([bulk, next]);
    expect((await queue.queued(second)).map(({ class: name, args }) => [name, args])).toEqual([
      ['job', ['a']],
      [second, ['b']],
      ['next', []],
    ]);
  }
});

test('jobs alike tell since when they wait where that is asked', async () => {
  const queue = await bench.queue({}, { enqueuedAt: true });
  const from = Date.now();
  await queue.enqueueBulk([...alike(['a', '"']), { queue: 'q', class: 'job', args: [] as string[] }]);
  await queue.enqueueBulk(alike(['b']));
  const stored = (await bench.list('queue:q')).map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(stored.map(({ args }) => args)).toEqual([['a'], ['"'], [], ['b']]);
  for (const { enqueued_at: at } of stored) expect(Number(at)).toBeGreaterThanOrEqual(from);
});

test('a long job among others alike is stored in its place', async () => {
  const queue = await bench.queue();
  const list = ['a', 'x'.repeat(70_000), 'b'];
  await queue.enqueueBulk(alike(list));
  expect((await queue.queued('q')).map(({ args }) => args[0] as string)).toEqual(list);
});

test('one of many jobs alike that is no JSON refuses them all', async () => {
  const queue = await bench.queue();
  const jobs = numbered('q', 0, 1_500).map((job, at) => (at === 1_400 ? { ...job, args: [1n] } : job));
  await expect(queue.enqueueBulk(jobs)).rejects.toMatchObject({
    code: 'RESKUE_ARGS_NOT_JSON',
    message: expect.stringContaining('args[0]: the BigInt 1n') as string,
  });
  expect(await queue.length('q')).toBe(0);
});
