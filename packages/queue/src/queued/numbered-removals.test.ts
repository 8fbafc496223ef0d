import { afterEach, beforeEach, expect, test } from 'vitest';
import { dropReplies, type LossyWay } from '../drop-replies.test-kit.js';
import { queueBench } from '../queue-bench.test-kit.js';

const bench = queueBench();
const entry = (error: string) =>
  `{"worker":"h:1","queue":"q","payload":{"class":"A","queue":"q","args":[]},"exception":"Error","error":"${error}","backtrace":null,"failed_at":"x"}`;
let way: LossyWay;
beforeEach(async () => {
  way = await dropReplies(bench.server.socket, 'evalsha');
});
afterEach(async () => {
  await way.close();
});
const lossy = async () => {
  const queue = await bench.queue({}, { connection: { path: way.path } });
  // The scripts are known from then on, so that each call is one command.
  await bench.push('failed', entry('warm'), entry('up'));
  const [one, other] = await queue.failed();
  await queue.removeFailed(one!);
  await queue.retryAndRemoveFailed(other!);
  await queue.delQueue('q');
  return queue;
};

test('a retry whose reply is lost answers true, and moves one of equal entries', async () => {
  const queue = await lossy();
  await bench.push('failed', entry('boom'), entry('boom'));
  const [failure] = await queue.failed();
  way.lose = 2;
  expect(await queue.retryAndRemoveFailed(failure!)).toBe(true);
  expect(way.lose).toBe(0);
  expect(await queue.length('q')).toBe(1);
  expect(await queue.failedCount()).toBe(1);
});

test('the retry of the only entry is not told that there is none', async () => {
  const queue = await lossy();
  await bench.push('failed', entry('boom'));
  const [failure] = await queue.failed();
  way.lose = 1;
  expect(await queue.retryAndRemoveFailed(failure!)).toBe(true);
  expect(await queue.failedCount()).toBe(0);
});

test('a removal whose reply is lost takes one of equal entries, and says so', async () => {
  const queue = await lossy();
  await bench.push('failed', entry('boom'), entry('boom'));
  const [failure] = await queue.failed();
  way.lose = 1;
  expect(await queue.removeFailed(failure!)).toBe(1);
  expect(way.lose).toBe(0);
  expect(await queue.failedCount()).toBe(1);
});

test.each([1, -1])('del() with count %i takes one of three, whatever is lost', async (count) => {
  const queue = await lossy();
  await queue.enqueueBulk([0, 0, 0].map((arg) => ({ queue: 'q', class: 'A', args: [arg] })));
  // The reading of the list may be repeated as well.
  way.lose = 3;
  expect(await queue.del('q', 'A', [0], count)).toBe(1);
  expect(way.lose).toBe(0);
  expect(await queue.length('q')).toBe(2);
});

test('a full Redis is cleared all the same', async () => {
  const queue = await lossy();
  await bench.push('failed', entry('boom'));
  await bench.server.redis.config('SET', 'maxmemory', '1');
  const [failure] = await queue.failed();
  expect(await queue.removeFailed(failure!)).toBe(1);
  await bench.server.redis.config('SET', 'maxmemory', '0');
  expect(await queue.failedCount()).toBe(0);
});
