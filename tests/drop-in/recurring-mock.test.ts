import RedisMock from 'ioredis-mock';
import { Scheduler } from 'reskue';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';

let port = 7_000;

test('recurring jobs come on an in-memory client of ioredis-mock, too', async () => {
  // One of its own for each try, by its port; its types are those of ioredis 5.
  const redis = new RedisMock({ port: (port += 1) }) as never;
  const schedules = {
    often: { every: '1s', queue: 'q', class: 'add', args: [1] },
    gone: { every: '1s', queue: 'other', class: 'add' },
  };
  await using scheduler = new Scheduler({ connection: { redis }, timeout: 100, schedules });
  const errors: unknown[] = [];
  scheduler.on('error', (error) => errors.push(error));
  await scheduler.connect();
  await scheduler.start();
  await until(async () => (await scheduler.schedules()).length === 2);
  await scheduler.unschedule('gone');
  const { length } = await scheduler.queue.queued('other', 0, -1);
  await until(async () => (await scheduler.queue.length('q')) > length + 1);
  expect(await scheduler.queue.queued('q', 0, 0)).toEqual([{ class: 'add', queue: 'q', args: [1] }]);
  expect(await scheduler.queue.length('other')).toBe(length);
  expect(errors).toEqual([]);
});
