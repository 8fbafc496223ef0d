import { expect, test } from 'vitest';
import { queueBench } from './queue-bench.test-kit.js';

const bench = queueBench();

test('a paused queue is listed, and still takes jobs', async () => {
  const queue = await bench.queue();
  await queue.pause('b');
  await queue.pause('a');
  await queue.pause('a');
  expect(await queue.paused()).toEqual(['a', 'b']);
  expect(await queue.enqueue('a', 'job')).toBe(true);
  await queue.resume('a');
  expect(await queue.paused()).toEqual(['b']);
  await expect(queue.resume('never paused')).resolves.toBeUndefined();
});

test('resume wakes whoever waits for the queue, with one token', async () => {
  const queue = await bench.queue();
  await queue.pause('a');
  await queue.resume('a');
  await queue.resume('a');
  expect(await bench.list('wake:a')).toEqual(['1']);
});

test("pauseAll is Ruby's switch for every worker, and resumeAll wakes them all", async () => {
  const queue = await bench.queue();
  await queue.enqueueBulk([
    { queue: 'a', class: 'job' },
    { queue: 'b', class: 'job' },
  ]);
  await queue.pause('b');
  await queue.pauseAll();
  expect(await bench.server.redis.get('resque:pause-all-workers')).toBe('true');
  await bench.server.redis.del('resque:wake', 'resque:wake:a', 'resque:wake:b');
  await queue.resumeAll();
  expect(await bench.server.redis.exists('resque:pause-all-workers')).toBe(0);
  for (const wake of ['wake', 'wake:a', 'wake:b']) expect(await bench.list(wake)).toEqual(['1']);
  expect(await queue.paused()).toEqual(['b']);
});

test('a deleted queue that was paused is paused when it comes back', async () => {
  const queue = await bench.queue();
  await queue.pause('a');
  await queue.delQueue('a');
  expect(await queue.paused()).toEqual(['a']);
});
