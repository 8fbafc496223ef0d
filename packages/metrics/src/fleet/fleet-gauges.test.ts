import { Queue } from '@reskue/queue';
import { redisServer, until } from '@reskue/testkit';
import { afterEach, expect, test } from 'vitest';
import { createMetrics } from '../create-metrics.js';

const server = redisServer();
const queues: Queue[] = [];
afterEach(async () => {
  for (const queue of queues.splice(0)) await queue.end();
});

async function watched(options = {}) {
  const queue = new Queue({ connection: server.connection, enqueuedAt: true, ...options });
  queues.push(queue);
  await queue.connect();
  const metrics = createMetrics({ maxQueues: 3 });
  const stop = metrics.watch(queue);
  const lines = async (name: string): Promise<string[]> =>
    (await metrics.text()).text.split('\n').filter((line) => line.startsWith(`reskue_${name}`));
  return { queue, stop, lines };
}

test('depths, ages and pauses by queue; beyond the cap they are one', async () => {
  const { queue, lines } = await watched();
  const ago = Date.now() - 60_000;
  await server.redis.sadd('resque:queues', 'a', 'b', 'c', 'd', 'e');
  await server.redis.rpush(
    'resque:queue:a',
    `{"class":"A","queue":"a","args":[],"enqueued_at":${ago},"t":"x\\"}"}`,
  );
  await queue.enqueue('a', 'A');
  await server.redis.rpush('resque:queue:b', '{"class":"A","queue":"b","args":[{"a":1,"enqueued_at":17}]}');
  await server.redis.rpush('resque:queue:d', '{}', '{}');
  await server.redis.rpush('resque:queue:e', 'no JSON');
  await queue.pause('b');
  expect(await lines('queue_depth')).toEqual([
    'reskue_queue_depth{queue="a"} 2',
    'reskue_queue_depth{queue="b"} 1',
    'reskue_queue_depth{queue="c"} 0',
    'reskue_queue_depth{queue="other"} 3',
  ]);
  const [age, ...others] = await lines('queue_oldest_age_seconds');
  expect(others).toEqual([]);
  expect(Number(/^reskue_queue_oldest_age_seconds{queue="a"} (.+)$/.exec(age ?? '')?.[1])).toBeCloseTo(60, 0);
  expect(await lines('queue_paused')).toEqual(['reskue_queue_paused{queue="b"} 1']);
});

test('what Redis tells of the fleet', async () => {
  const { queue, lines } = await watched();
  await queue.enqueueAt(Date.now() - 5_000, 'q', 'A');
  await queue.enqueueAt(4_102_444_800_000, 'q', 'A');
  await server.redis.rpush('resque:failed', '1', '2', '3');
  await server.redis.sadd('resque:workers', 'h:1:q', 'h:2:q');
  await server.redis.set('resque:worker:h:1:q', '{}');
  await server.redis.set('resque:stat:processed', '41');
  await server.redis.set('resque:resque_scheduler_leader_lock', 'x');
  await queue.pauseAll();
  for (const line of [
    'failed_jobs 3',
    'delayed_jobs 2',
    'recovered_jobs 0',
    'workers 2',
    'workers_busy 1',
    'leader 1',
    'paused 1',
    'stat_processed_total 41',
    'stat_failed_total 0',
    'redis_up 1',
  ])
    expect(await lines(`${line.split(' ')[0]} `)).toEqual([`reskue_${line}`]);
  const [overdue = ''] = await lines('delayed_overdue_seconds');
  expect(Number(overdue.split(' ')[1])).toBeGreaterThanOrEqual(4);
});

test('a scrape is a few commands, however much there is', async () => {
  const { queue, lines } = await watched();
  for (let at = 0; at < 250; at += 1) await server.redis.rpush(`resque:queue:q${at}`, '{}');
  await server.redis.sadd('resque:queues', ...Array.from({ length: 250 }, (_, at) => `q${at}`));
  await lines('queue_depth');
  const calls = async (): Promise<number[]> => {
    const stats = await server.redis.info('commandstats');
    return ['evalsha', 'llen', 'lindex', 'lrange'].map((name) =>
      Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0),
    );
  };
  const before = await calls();
  await lines('queue_depth');
  const after = await calls();
  // Two scripts; within them, two looks at a queue, and one look at failed.
  expect(after.map((count, at) => count - (before[at] ?? 0))).toEqual([2, 251, 250, 0]);
  await queue.end();
});

test('nothing is told before something is watched, nor afterwards', async () => {
  const { stop, lines } = await watched();
  expect(await lines('failed_jobs')).toEqual(['reskue_failed_jobs 0']);
  stop();
  expect(await lines('failed_jobs')).toEqual([]);
  expect(await lines('redis_up')).toEqual([]);
  expect(await lines('workers')).toEqual([]);
});

test('while Redis is away the scrape says so, in time, and comes back', async () => {
  const { queue, lines } = await watched();
  queue.on('error', () => undefined);
  expect(await lines('redis_up')).toEqual(['reskue_redis_up 1']);
  await server.server.kill();
  await until(async () => (await lines('redis_up'))[0] === 'reskue_redis_up 0');
  expect(await lines('failed_jobs')).toEqual([]);
  await server.restart();
  await until(async () => (await lines('redis_up'))[0] === 'reskue_redis_up 1');
});
