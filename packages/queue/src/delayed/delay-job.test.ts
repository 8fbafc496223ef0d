import { expect, test } from 'vitest';
import { queueBench } from '../queue-bench.test-kit.js';

const bench = queueBench();
const year2100 = 4_102_444_800_000;
const duplicate = {
  code: 'RESKUE_JOB_DUPLICATE',
  message: 'Job already enqueued at this time with same arguments',
};
const ruby = () => ({ connection: { ...bench.server.connection, dialect: 'ruby' as const } });

test('a delayed job stands in its bucket, its marker, the schedule, and with its exact time', async () => {
  const queue = await bench.queue();
  expect(await queue.enqueueAt(year2100 + 400, 'math', 'add', [1, 2])).toBe(true);
  const payload = '{"class":"add","queue":"math","args":[1,2]}';
  expect(await bench.list('delayed:4102444800')).toEqual([payload]);
  expect(await bench.server.redis.smembers(`resque:timestamps:${payload}`)).toEqual(['delayed:4102444800']);
  expect(await bench.server.redis.zscore('resque:delayed_queue_schedule', '4102444800')).toBe('4102444800');
  expect(await bench.server.redis.zscore('resque:due', `4102444800:${payload}`)).toBe(String(year2100 + 400));
  expect(await queue.length('math')).toBe(0);
});

test('seconds are rounded as in node-resque, and cut in dialect ruby', async () => {
  const queue = await bench.queue();
  await queue.enqueueAt(year2100 + 500, 'q', 'job');
  expect(await queue.scheduledAt('q', 'job')).toEqual([4_102_444_801]);
  const cutting = await bench.queue({}, ruby());
  await cutting.enqueueAt(year2100 + 900, 'q', 'other');
  expect(await cutting.scheduledAt('q', 'other')).toEqual([4_102_444_800]);
  expect(await bench.list('delayed:4102444800')).toEqual(['{"class":"other","args":[],"queue":"q"}']);
  expect((await cutting.delayedAt(year2100 + 999)).tasks).toHaveLength(1);
});

test.each([
  ['10000', 10],
  [10_000, 10],
  ['1e4', 10],
  [0, 0],
])('enqueueAt takes %j', async (timestamp, second) => {
  const queue = await bench.queue();
  expect(await queue.enqueueAt(timestamp, 'q', 'job')).toBe(true);
  expect(await queue.scheduledAt('q', 'job')).toEqual([second]);
});

test.each([Number.NaN, 'soon', '', undefined, null, -1, Infinity, {}])(
  'enqueueAt refuses %j, and enqueueIn what is no number',
  async (given) => {
    const queue = await bench.queue();
    const refusal = { code: 'RESKUE_TIME_INVALID' };
    // As JavaScript may call it.
    const time = given as number;
    if (given !== null) await expect(queue.enqueueAt(time, 'q', 'job')).rejects.toMatchObject(refusal);
    if (given !== -1) await expect(queue.enqueueIn(time, 'q', 'job')).rejects.toMatchObject(refusal);
    expect(await queue.timestamps()).toEqual([]);
  },
);

test('enqueueIn counts from now, also into the past and from a text', async () => {
  const queue = await bench.queue();
  const now = Date.now();
  await queue.enqueueIn(60_000, 'q', 'number');
  await queue.enqueueIn('60000', 'q', 'text');
  await queue.enqueueIn(-60_000, 'q', 'past');
  const [at = 0] = await queue.scheduledAt('q', 'number');
  expect(at - Math.round(now / 1_000)).toBeGreaterThanOrEqual(60);
  expect(at - Math.round(now / 1_000)).toBeLessThanOrEqual(61);
  const [same = 0] = await queue.scheduledAt('q', 'text');
  expect(same - at).toBeLessThanOrEqual(1);
  // A past second stays in its bucket until a scheduler promotes it.
  const [past = 0] = await queue.scheduledAt('q', 'past');
  expect(Math.abs(past - Math.round(now / 1_000) + 60)).toBeLessThanOrEqual(1);
});

test('the same job in the same second is refused, or passed over when asked', async () => {
  const queue = await bench.queue();
  await queue.enqueueAt(year2100, 'q', 'job', [1]);
  await expect(queue.enqueueAt(year2100 + 100, 'q', 'job', [1])).rejects.toMatchObject(duplicate);
  expect(await queue.enqueueAt(year2100, 'q', 'job', [1], true)).toBeUndefined();
  expect(await queue.enqueueAt(year2100 + 1_000, 'q', 'job', [1])).toBe(true);
  expect(await queue.enqueueAt(year2100, 'q', 'job', [2])).toBe(true);
  expect(await queue.enqueueAt(year2100, 'other', 'job', [1])).toBe(true);
  expect(await bench.list('delayed:4102444800')).toHaveLength(3);
});

test('two callers with the same job at once do not both pass the duplicate check', async () => {
  const [one, other] = [await bench.queue(), await bench.queue()];
  const calls = Array.from({ length: 20 }, (_, at) =>
    (at % 2 ? one : other).enqueueAt(year2100, 'q', 'job', [], true),
  );
  const answers = await Promise.all(calls);
  expect(answers.filter((answer) => answer === true)).toHaveLength(1);
  expect(await bench.list('delayed:4102444800')).toHaveLength(1);
});

test('a job that Ruby delayed for that second is a duplicate, plain or with the escapes of Rails', async () => {
  const queue = await bench.queue();
  const member = 'delayed:4102444800';
  await bench.server.redis.sadd('resque:timestamps:{"class":"A","args":[1],"queue":"q"}', member);
  await bench.server.redis.sadd(
    'resque:timestamps:{"class":"A","args":["\\u003cb\\u003e"],"queue":"q"}',
    member,
  );
  await expect(queue.enqueueAt(year2100, 'q', 'A', [1])).rejects.toMatchObject(duplicate);
  await expect(queue.enqueueAt(year2100, 'q', 'A', ['<b>'])).rejects.toMatchObject(duplicate);
  const rubyQueue = await bench.queue({}, ruby());
  await queue.enqueueAt(year2100, 'q', 'B', [1]);
  await expect(rubyQueue.enqueueAt(year2100, 'q', 'B', [1])).rejects.toMatchObject(duplicate);
});

test('in dialect ruby a job that is due goes straight to its queue', async () => {
  const queue = await bench.queue({}, ruby());
  expect(await queue.enqueueAt(10_000, 'q', 'A', [1])).toBe(true);
  expect(await queue.enqueueIn(-5, 'q', 'A', [2])).toBe(true);
  expect(await bench.list('queue:q')).toEqual(['{"class":"A","args":[1]}', '{"class":"A","args":[2]}']);
  expect(await queue.timestamps()).toEqual([]);
});

test('a job that became the earliest wakes the scheduler', async () => {
  const queue = await bench.queue();
  await queue.enqueueAt(year2100, 'q', 'job');
  expect(await bench.list('due:wake')).toEqual(['1']);
});
