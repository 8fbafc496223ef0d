import { expect, test } from 'vitest';
import { queueBench } from '../queue-bench.test-kit.js';

const bench = queueBench();
const second = 4_102_444_800;

/** Delays a text as Ruby's resque-scheduler does. */
async function delayAsRuby(text: string, at = second): Promise<void> {
  const { redis } = bench.server;
  await redis.rpush(`resque:delayed:${at}`, text);
  await redis.sadd(`resque:timestamps:${text}`, `delayed:${at}`);
  await redis.zadd('resque:delayed_queue_schedule', at, String(at));
}

test('delDelayed leaves nothing behind: no marker, no empty second in the schedule, no exact time', async () => {
  const queue = await bench.queue();
  await queue.enqueueAt(second * 1_000, 'q', 'job', [1]);
  await queue.enqueueAt(second * 1_000 + 60_000, 'q', 'job', [1]);
  await queue.enqueueAt(second * 1_000, 'q', 'other');
  expect(await queue.scheduledAt('q', 'job', [1])).toEqual([second, second + 60]);
  expect(await queue.delDelayed('q', 'job', [1])).toEqual([second, second + 60]);
  expect(await bench.server.redis.zrange('resque:delayed_queue_schedule', '0', '-1')).toEqual([
    String(second),
  ]);
  expect(await bench.server.redis.zcard('resque:due')).toBe(1);
  expect(await bench.server.redis.keys('resque:timestamps:*"job"*')).toEqual([]);
  expect(await queue.delDelayed('q', 'job', [1])).toEqual([]);
});

test.each([
  ["in Ruby's order", '{"class":"A","args":[1,"x"],"queue":"q"}', [1, 'x']],
  ['with the escapes of Rails', '{"class":"A","args":["\\u003cb\\u003e\\u0026"],"queue":"q"}', ['<b>&']],
  ['with a fraction that is none', '{"class":"A","args":[1.0],"queue":"q"}', [1]],
  ['with a big integer', '{"class":"A","args":[9007199254740993],"queue":"q"}', [9007199254740992]],
  ['with its keys in another order', '{"class":"A","args":[{"b":1,"a":2}],"queue":"q"}', [{ a: 2, b: 1 }]],
  ['with members after args', '{"class":"A","queue":"q","args":[1],"id":"7"}', [1]],
])('a job delayed %s is found and removed', async (_, text, args) => {
  const queue = await bench.queue();
  await delayAsRuby(text);
  await delayAsRuby('{"class":"B","args":[1],"queue":"q"}');
  expect(await queue.scheduledAt('q', 'A', args)).toEqual([second]);
  expect(await queue.delDelayed('q', 'A', args)).toEqual([second]);
  expect(await bench.list(`delayed:${second}`)).toHaveLength(1);
  expect(await bench.server.redis.exists(`resque:timestamps:${text}`)).toBe(0);
});

test('a look that is not deep costs one round trip of markers, whatever is delayed', async () => {
  const queue = await bench.queue();
  for (let at = 0; at < 50; at += 1)
    await delayAsRuby(`{"class":"A","args":[${at}.0],"queue":"q"}`, second + at);
  const commands = await bench.calls('evalsha', async () => {
    expect(await queue.scheduledAt('q', 'A', [7], { deep: false })).toEqual([]);
    expect(await queue.delDelayed('q', 'A', [7], { deep: false })).toEqual([]);
    // Texts are written by all alike, or among the markers that are asked for.
    expect(await queue.scheduledAt('q', 'A', ['7', null, true, ['x']])).toEqual([]);
  });
  expect(commands).toBe(0);
  expect(await queue.scheduledAt('q', 'A', [7])).toEqual([second + 7]);
});

test('a deep look goes as far as 1,000 seconds, and not on for ever', async () => {
  const queue = await bench.queue();
  await bench.server.redis.eval(
    `for second = 1, 1005 do
      redis.call('RPUSH', 'resque:delayed:' .. second, '{"class":"A","args":[' .. second .. '.0],"queue":"q"}')
      redis.call('ZADD', 'resque:delayed_queue_schedule', second, second)
    end`,
    0,
  );
  expect(await queue.scheduledAt('q', 'A', [1_000])).toEqual([1_000]);
  expect(await queue.scheduledAt('q', 'A', [1_001])).toEqual([]);
});

test('a marker without its job is tidied up, and gives no second', async () => {
  const queue = await bench.queue();
  await bench.server.redis.sadd('resque:timestamps:{"class":"A","queue":"q","args":[]}', `delayed:${second}`);
  expect(await queue.delDelayed('q', 'A')).toEqual([]);
  expect(await bench.server.redis.keys('resque:timestamps:*')).toEqual([]);
});

test('timestamps are sorted as numbers, each once, and hold no second that a neighbour emptied', async () => {
  const queue = await bench.queue();
  for (const at of [10_000, 9_000, 100_000, 9_000]) await queue.enqueueAt(at, 'q', 'job', [], true);
  await bench.server.redis.zadd('resque:delayed_queue_schedule', 50, '50');
  // What resque-scheduler keeps beside the buckets, under a name like theirs.
  await bench.server.redis.hset('resque:delayed:last_enqueued_at', 'nightly', '2026-11-22 08:15:28 +0000');
  expect(await queue.timestamps()).toEqual([9_000, 10_000, 100_000]);
  expect(Object.keys(await queue.allDelayed())).toEqual(['9000', '10000', '100000']);
});

test('2,500 seconds are listed in pages, without SCAN', async () => {
  const queue = await bench.queue();
  const jobs = Array.from({ length: 2_500 }, (_, at) => queue.enqueueAt((at + 1) * 1_000, 'q', 'job', [at]));
  await Promise.all(jobs);
  expect(await bench.calls('scan', () => queue.timestamps())).toBe(0);
  expect(await queue.timestamps()).toEqual(Array.from({ length: 2_500 }, (_, at) => (at + 1) * 1_000));
  expect(Object.keys(await queue.allDelayed())).toHaveLength(2_500);
});

test('a text that is no job does not break the listing', async () => {
  const queue = await bench.queue();
  await delayAsRuby('no job');
  await delayAsRuby('{"class":"A","args":[1.0],"queue":"q"}');
  expect(await queue.delayedAt(second * 1_000)).toEqual({
    rTimestamp: second,
    tasks: [
      { class: '', queue: '', args: [], raw: 'no job' },
      { class: 'A', args: [1], queue: 'q' },
    ],
  });
  expect(await queue.allDelayed()).toMatchObject({ [second * 1_000]: [{ raw: 'no job' }, { class: 'A' }] });
  expect(await queue.scheduledAt('q', 'A', [1])).toEqual([second]);
});
