import { redisServer, until } from '@reskue/testkit';
import { Scheduler, Worker } from 'reskue';
import { expect, test } from 'vitest';

const server = redisServer();

test('jobs of a schedule that may not overlap never do, while workers have free hands and claim ahead', async () => {
  let running = 0;
  let most = 0;
  let worked = 0;
  const jobs = {
    slow: {
      perform: async () => {
        most = Math.max(most, (running += 1));
        await until(async () => (await server.redis.exists('go')) === 1, { timeoutMs: 10_000 });
        running -= 1;
        worked += 1;
      },
    },
  };
  const { connection } = server;
  const schedules = { slow: { every: '1s', queue: 'q', class: 'slow', overlap: 'skip' } } as const;
  await using scheduler = new Scheduler({ connection, schedules, timeout: 200 }, jobs);
  const workers = [1, 2].map((n) => new Worker({ connection, queues: ['q'], name: `host:${n}` }, jobs));
  const skipped: string[] = [];
  scheduler.on('skippedTick', (_name, _tick, reason) => skipped.push(reason));
  for (const role of [scheduler, ...workers]) await role.connect();
  for (const role of [scheduler, ...workers]) await role.start();
  await until(() => skipped.length === 2, { timeoutMs: 8_000 });
  expect([most, running, worked]).toEqual([1, 1, 0]);
  await server.redis.set('go', '1');
  await until(() => worked >= 2, { timeoutMs: 8_000 });
  expect(most).toBe(1);
  expect(new Set(skipped)).toEqual(new Set(['overlap']));
  await scheduler.pause('slow');
  await Promise.all(workers.map((worker) => worker.end()));
});
