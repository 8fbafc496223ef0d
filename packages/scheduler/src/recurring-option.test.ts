import { once } from 'node:events';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { schedulerBench } from './scheduler-bench.test-kit.js';
import { Scheduler } from './scheduler.js';

const bench = schedulerBench();
const { keys } = bench;

const schedules = {
  nightly: { cron: '0 3 * * *', timezone: 'Europe/Berlin', queue: 'rig', class: 'Echo', args: [1] },
  often: { every: '5m', queue: 'rig', class: 'Echo' },
};
const stored = (): Promise<Record<string, string>> => bench.server.redis.hgetall(keys.persistentSchedules);

test('the leader writes the schedules of its option, the follower none', async () => {
  await bench.server.redis.set(keys.leaderLock, 'other', 'EX', 60);
  const scheduler = await bench.scheduler({ schedules });
  await scheduler.poll();
  expect(await stored()).toEqual({});
  await bench.server.redis.del(keys.leaderLock);
  await scheduler.poll();
  expect(await stored()).toEqual({
    nightly: '{"class":"Echo","cron":"0 3 * * * Europe/Berlin","queue":"rig","args":[1],"origin":"option"}',
    often: '{"class":"Echo","every":"5m","queue":"rig","args":[],"origin":"option"}',
  });
  expect(await scheduler.schedules()).toMatchObject([{ fromOption: true }, { fromOption: true }]);
});

test('again, it changes nothing; changed ones are replaced, and only those of the option go', async () => {
  const first = await bench.scheduler({ schedules });
  await first.poll();
  await first.schedule('by hand', { every: '1h', queue: 'rig', class: 'Echo' });
  await bench.server.redis.hset(keys.persistentSchedules, 'odd', 'no JSON');
  await first.pause('nightly');
  await first.end();
  const before = await stored();
  const since = await bench.server.redis.hgetall(keys.schedulesSince);
  await bench.server.redis.del(keys.schedulesChanged);

  const second = await bench.scheduler({ schedules });
  await second.poll();
  await second.end();
  expect(await stored()).toEqual(before);
  expect(await bench.server.redis.hgetall(keys.schedulesSince)).toEqual(since);

  const third = await bench.scheduler({ schedules: { nightly: { ...schedules.nightly, args: [2] } } });
  await third.poll();
  expect(Object.keys(await stored()).sort()).toEqual(['by hand', 'nightly', 'odd']);
  const [, nightly] = await third.schedules();
  expect(nightly).toMatchObject({ args: [2], paused: true });
  await third.end();

  const without = await bench.scheduler();
  await without.poll();
  expect(Object.keys(await stored()).sort()).toEqual(['by hand', 'nightly', 'odd']);
  await without.end();

  const empty = await bench.scheduler({ schedules: {} });
  await empty.poll();
  expect(Object.keys(await stored()).sort()).toEqual(['by hand', 'odd']);
});

test('they bring their jobs, and what a follower was given comes when it leads', async () => {
  const leader = await bench.scheduler({ name: 'a:1', timeout: 50 });
  await leader.start();
  await once(leader, 'leader');
  const follower = await bench.scheduler({
    name: 'b:1',
    timeout: 50,
    schedules: { often: { every: '1s', queue: 'rig', class: 'Echo' } },
  });
  await follower.start();
  await leader.end();
  await once(follower, 'scheduled');
  await until(async () => (await bench.server.redis.llen(keys.queue('rig'))) > 0);
});

test.each([
  [{ nightly: { ...schedules.nightly, cron: '0 3 * * 8' } }, 'RESKUE_CRON_INVALID'],
  [{ nightly: { ...schedules.nightly, queue: '' } }, 'RESKUE_SCHEDULE_INVALID'],
  [{ '': schedules.nightly }, 'RESKUE_SCHEDULE_INVALID'],
  [[schedules.nightly], 'RESKUE_OPTION_INVALID'],
  ['0 3 * * *', 'RESKUE_OPTION_INVALID'],
])('a wrong option is refused at construction: %o', (given, code) => {
  // As JavaScript's users may give it.
  const wrong = given as unknown as typeof schedules;
  expect(() => new Scheduler({ schedules: wrong })).toThrow(expect.objectContaining({ code }) as Error);
});

test('the option is not shared with the caller', () => {
  const scheduler = new Scheduler({ schedules });
  expect(scheduler.options.schedules).toEqual(schedules);
  expect(scheduler.options.schedules!.nightly).not.toBe(schedules.nightly);
});
