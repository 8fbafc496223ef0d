import { redisServer, until } from '@reskue/testkit';
import { Cluster } from 'ioredis';
import { beforeAll, expect, test } from 'vitest';
import { Queue } from './queue.js';

const server = redisServer({
  port: 0,
  config: {
    'cluster-enabled': 'yes',
    'cluster-port': 30_000 + Math.floor(Math.random() * 10_000),
    'cluster-announce-ip': '127.0.0.1',
  },
});
beforeAll(async () => {
  await server.redis.cluster('ADDSLOTSRANGE', 0, 16_383);
  await until(async () => (await server.redis.cluster('INFO')).includes('cluster_state:ok'));
});

test('in a cluster every method works in one slot, and answers the same each time', async () => {
  const cluster = new Cluster([{ host: '127.0.0.1', port: server.server.port ?? 0 }]);
  const queue = new Queue({ connection: { redis: cluster, namespace: '{resque}' } });
  await queue.connect();
  expect(await queue.enqueue('q', 'job', [1])).toBe(true);
  expect(
    await queue.enqueueBulk([
      { queue: 'q', class: 'job', args: [2] },
      { queue: 'r', class: 'job' },
    ]),
  ).toEqual([true, true]);
  expect(await queue.enqueueAt(10_000, 'q', 'job', [1])).toBe(true);
  for (let at = 0; at < 5; at += 1) expect(await queue.timestamps()).toEqual([10_000]);
  expect(await queue.allDelayed()).toMatchObject({ 10_000: [{ args: [1] }] });
  expect(await queue.scheduledAt('q', 'job', [1])).toEqual([10]);
  expect(await queue.scheduledAt('q', 'job', [7])).toEqual([]);
  expect(await queue.delDelayed('q', 'job', [1])).toEqual([10]);
  expect(await queue.del('q', 'job', [1])).toBe(1);
  expect(await queue.delByFunction('q', 'job')).toBe(1);
  await server.redis.rpush(
    '{resque}:failed',
    '{"queue":"q","payload":{"class":"job","args":[1.0]},"backtrace":null}',
  );
  await server.redis.set('{resque}:stat:processed', 1);
  await server.redis.set('{resque}:lock:job:q:[]', 1);
  await server.redis.sadd('{resque}:workers', 'h:1:q', 'h:2:mail:out');
  await server.redis.set(
    '{resque}:worker:h:1:q',
    '{"queue":"q","run_at":"2020-01-01T00:00:00Z","payload":{"class":"job","args":[]}}',
  );
  expect(
    await queue.retryAndRemoveFailed(JSON.parse(JSON.stringify((await queue.failed(0, 0))[0])) as never),
  ).toBe(true);
  expect(await queue.workers()).toEqual({ 'h:1': 'q', 'h:2': 'mail:out' });
  expect(Object.keys(await queue.cleanOldWorkers(1_000))).toEqual(['h:1']);
  await queue.retryStuckJobs();
  expect(await queue.length('q')).toBe(2);
  expect(await queue.forceCleanWorker('h:2')).toBeUndefined();
  expect(await queue.allWorkingOn()).toEqual({});
  for (let at = 0; at < 5; at += 1) expect(await queue.locks()).toEqual({ 'lock:job:q:[]': '1' });
  expect(await queue.stats()).toEqual({ processed: '1', failed: '1' });
  expect(await queue.delLock('lock:job:q:[]')).toBe(1);
  await queue.pause('q');
  await queue.pauseAll();
  await queue.resumeAll();
  await queue.resume('q');
  await queue.delQueue('q');
  expect((await queue.queues()).sort()).toEqual(['r']);
  expect(await queue.leader()).toBeNull();
  await queue.end();
  cluster.disconnect();
});
