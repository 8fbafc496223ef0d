import { DelayQueueLock } from '@reskue/plugins';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { pluginBench } from './plugin-bench.test-kit.js';

const bench = pluginBench();
const jobs = { add: { plugins: [DelayQueueLock], perform: () => {} } };
const later = 4_102_444_800_000;

test.each([
  ['node-resque', '{"class":"add","queue":"q","args":["<a>"]}'],
  ['Ruby', '{"class":"add","args":["<a>"],"queue":"q"}'],
  ['Rails', '{"class":"add","args":["\\u003ca\\u003e"],"queue":"q"}'],
])('a job that %s has delayed is not enqueued', async (_, payload) => {
  const queue = await bench.queue(jobs);
  await bench.server.redis
    .multi()
    .rpush('resque:delayed:4102444800', payload)
    .sadd(`resque:timestamps:${payload}`, 'delayed:4102444800')
    .zadd('resque:delayed_queue_schedule', 4102444800, 4102444800)
    .exec();
  expect(await queue.enqueue('q', 'add', ['<a>'])).toBe(false);
  expect(await queue.enqueue('q', 'add', ['other'])).toBe(true);
  expect(await queue.length('q')).toBe(1);
});

test('a due job is promoted although a later copy of it is delayed', async () => {
  const queue = await bench.queue(jobs);
  await queue.enqueueAt(1_000, 'q', 'add', [1]);
  await queue.enqueueAt(later, 'q', 'add', [1]);
  await bench.scheduler(jobs);
  await until(async () => (await queue.length('q')) === 1);
  expect(await queue.scheduledAt('q', 'add', [1])).toEqual([later / 1_000]);
  expect(await queue.enqueue('q', 'add', [1])).toBe(false);
});

test('it asks for one job in one round trip, however many are delayed', async () => {
  const queue = await bench.queue(jobs);
  for (let n = 0; n < 50; n += 1) await queue.enqueueAt(later + n * 1_000, 'q', 'add', [n]);
  const lists = async (): Promise<number> => {
    const stats = await bench.server.redis.info('commandstats');
    return Number(/cmdstat_lrange:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  };
  const before = await lists();
  expect(await queue.enqueue('q', 'add', [99])).toBe(true);
  expect(await lists()).toBe(before);
});
