import { expect, test } from 'vitest';
import { fireSchedule, type FireScheduleReply } from './fire-schedule.js';
import { removeSchedule } from './remove-schedule.js';
import { runScript } from './run-script.js';
import { scriptBench } from './script-bench.test-kit.js';
import { setSchedule } from './set-schedule.js';

const { server, keys } = scriptBench();
const config = '{"class":"Echo","every":"1s","queue":"q"}';
const hashes = {
  persistent: keys.persistentSchedules,
  changed: keys.schedulesChanged,
  fired: keys.schedulesFired,
  since: keys.schedulesSince,
  last: keys.schedulesLast,
  dueWake: keys.dueWake,
};

const set = (overrides: object = {}) =>
  runScript(server.redis, setSchedule, hashes, {
    name: 'a',
    seen: '',
    config,
    timing: 'every 1000',
    restart: 0,
    now: 5_500,
    ...overrides,
  });

const fire = (tick: number, after: number | '', overrides: object = {}): Promise<FireScheduleReply> =>
  runScript(
    server.redis,
    fireSchedule,
    {
      ...keys,
      ...hashes,
      list: keys.queue('q'),
      wake: keys.wakeQueue('q'),
      newQueue: keys.wake,
      bucket: keys.bucket(8),
      timestamps: keys.timestamps('job'),
      lastEnqueued: keys.lastEnqueuedAt,
    },
    {
      name: 'a',
      config,
      after,
      tick,
      action: 'queue',
      queue: 'q',
      payload: `job ${tick}`,
      second: 8,
      dueMs: tick + 500,
      ranAt: 'now',
      overlap: 'allow',
      seen: '',
      mark: '',
      workerCount: 0,
      now: 10_000,
      ...overrides,
    },
  );

const jobs = (): Promise<string[]> => server.redis.lrange(keys.queue('q'), 0, -1);

test('a tick is fired once, in its turn, and its job wakes whoever could work', async () => {
  expect(await set()).toEqual({ status: 'set', sinceMs: 5_500 });
  expect(await fire(6_000, 5_500)).toEqual({ status: 'fired' });
  // As a client sends it again.
  expect(await fire(6_000, 5_500)).toEqual({ status: 'decided', upToMs: 6_000 });
  expect(await fire(7_000, 5_500)).toEqual({ status: 'decided', upToMs: 6_000 });
  expect(await fire(6_000, 6_000)).toEqual({ status: 'decided', upToMs: 6_000 });
  expect(await fire(7_000, 6_000)).toEqual({ status: 'fired' });
  expect(await jobs()).toEqual(['job 6000', 'job 7000']);
  expect(await server.redis.hget(keys.lastEnqueuedAt, 'a')).toBe('now');
  expect(await server.redis.smembers(keys.queues)).toEqual(['q']);
  expect(await server.redis.llen(keys.wakeQueue('q'))).toBe(1);
  expect(await server.redis.llen(keys.wake)).toBe(1);
});

test('never before its time, and never when the schedule is another, or gone', async () => {
  await set();
  expect(await fire(10_001, 5_500)).toEqual({ status: 'early', inMs: 1 });
  expect(await fire(6_000, 5_500, { config: 'another' })).toEqual({ status: 'changed' });
  await runScript(server.redis, removeSchedule, hashes, { name: 'a', seen: '' });
  expect(await fire(6_000, 5_500)).toEqual({ status: 'changed' });
  expect(await jobs()).toEqual([]);
});

test('a consumed tick brings no job, and is decided', async () => {
  await set();
  expect(await fire(6_000, 5_500, { action: 'consume' })).toEqual({ status: 'consumed' });
  expect(await fire(6_000, 5_500)).toEqual({ status: 'decided', upToMs: 6_000 });
  expect(await jobs()).toEqual([]);
});

test('a delayed one stands where delayed jobs stand, and wakes the leader when it is the earliest', async () => {
  await set();
  await server.redis.del(keys.dueWake);
  expect(await fire(7_500, 5_500, { action: 'delay' })).toEqual({ status: 'fired' });
  expect(await server.redis.lrange(keys.bucket(8), 0, -1)).toEqual(['job 7500']);
  expect(await server.redis.zrange(keys.due, '0', '-1', 'WITHSCORES')).toEqual(['8:job 7500', '8000']);
  expect(await server.redis.zscore(keys.schedule, '8')).toBe('8');
  expect(await server.redis.smembers(keys.timestamps('job'))).toEqual(['delayed:8']);
  expect(await server.redis.llen(keys.dueWake)).toBe(1);
});

test.each([
  ['queue', () => keys.queue('q')],
  ['delay', () => keys.bucket(8)],
] as const)('a target that is no list decides nothing: %s', async (action, key) => {
  await set();
  await server.redis.set(key(), 'text');
  expect(await fire(6_000, 5_500, { action })).toMatchObject({
    status: 'broken',
    reason: expect.stringMatching(/^WRONGTYPE/) as string,
  });
  expect(await server.redis.hget(keys.schedulesFired, 'a')).toBe('5500');
  await server.redis.del(key());
  expect(await fire(6_000, 5_500, { action })).toEqual({ status: 'fired' });
});

test.each([
  ['queue', () => keys.queues],
  ['delay', () => keys.timestamps('job')],
] as const)('what Redis refuses on the way gives the tick back: %s', async (action, key) => {
  await set();
  await server.redis.set(key(), 'text');
  await expect(fire(6_000, 5_500, { action })).rejects.toThrow('WRONGTYPE');
  expect(await server.redis.hget(keys.schedulesFired, 'a')).toBe('5500');
  expect(await server.redis.llen(keys.queue('q'))).toBe(0);
});

test('a schedule that changed since it was seen is not overwritten; sent again, it is the same', async () => {
  await set();
  expect(await set()).toEqual({ status: 'same', sinceMs: 5_500 });
  expect(await set({ config: 'other', seen: 'stale' })).toEqual({ status: 'changed' });
  expect(await set({ config: 'other', seen: config, now: 9_000 })).toEqual({ status: 'set', sinceMs: 5_500 });
  expect(await set({ config: 'other', seen: config, now: 9_500 })).toEqual({
    status: 'same',
    sinceMs: 5_500,
  });
  expect(await server.redis.hget(keys.schedulesFired, 'a')).toBe('5500');
});

test('new times count from now on, and so do those that begin anew', async () => {
  await set();
  expect(await set({ seen: config, config: 'b', timing: 'every 2000', now: 9_000 })).toEqual({
    status: 'set',
    sinceMs: 9_000,
  });
  expect(await server.redis.hget(keys.schedulesFired, 'a')).toBe('9000');
  await set({ seen: 'b', config: 'c', timing: 'every 2000', restart: 1, now: 9_900 });
  expect(await server.redis.hget(keys.schedulesFired, 'a')).toBe('9900');
  expect(await server.redis.hget(keys.schedulesSince, 'a')).toBe('9000 every 2000');
});

test('only what was seen is removed, with all that is known of it', async () => {
  await set();
  const remove = (seen: string) => runScript(server.redis, removeSchedule, hashes, { name: 'a', seen });
  expect(await remove('another')).toEqual({ status: 'changed' });
  expect(await remove(config)).toEqual({ status: 'removed', count: 1 });
  expect(await remove(config)).toEqual({ status: 'removed', count: 0 });
  expect((await server.redis.keys('*schedules*')).sort()).toEqual([keys.schedulesChanged]);
});

test('without a time given, the clock of Redis decides', async () => {
  await set({ now: '' });
  const fired = Number(await server.redis.hget(keys.schedulesFired, 'a'));
  expect(Math.abs(fired - Date.now())).toBeLessThan(5_000);
  expect(await fire(fired + 60_000, fired, { now: '' })).toMatchObject({ status: 'early' });
});
