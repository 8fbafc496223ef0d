import { once } from 'node:events';
import { Scheduler } from '@reskue/scheduler';
import { startCluster, until, type RedisCluster } from '@reskue/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';

let cluster: RedisCluster;
// For each try: the last one may have left it in any state.
beforeEach(async () => {
  cluster = await startCluster(3);
}, 60_000);
afterEach(() => cluster.stop());

test('recurring jobs are stored, brought, delayed by a jitter and told from earlier ones in a cluster', async () => {
  const redis = cluster.client();
  await until(() => redis.status === 'ready');
  const job = { queue: 'rig', class: 'add' };
  const schedules = { often: { ...job, every: '1s', overlap: 'skip', jitter: 50 } } as const;
  const scheduler = new Scheduler({ connection: { redis, namespace: '{resque}' }, timeout: 200, schedules });
  const errors: unknown[] = [];
  scheduler.on('error', (error) => errors.push(error));
  await scheduler.connect();
  await scheduler.start();
  await once(scheduler, 'scheduled');
  await once(scheduler, 'skippedTick');
  expect(await scheduler.runNow('often')).toBe(true);
  expect(await scheduler.pause('often')).toBe(true);
  expect(await scheduler.queue.queued('rig', 0, -1)).toHaveLength(2);
  expect(await scheduler.unschedule('often')).toBe(true);
  expect(errors).toEqual([]);
  await scheduler.end();
  redis.disconnect();
});
