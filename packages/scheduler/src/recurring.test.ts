import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Plugin } from '@reskue/core';
import { rubyStarted } from '@reskue/core/protocol';
import { until } from '@reskue/testkit';
import { describe, expect, test } from 'vitest';
import { schedulerBench } from './scheduler-bench.test-kit.js';
import type { ScheduleDefinition } from './schedules/schedule-definition.js';

const bench = schedulerBench();
const { keys } = bench;

const queued = (queue = 'rig'): Promise<string[]> => bench.server.redis.lrange(keys.queue(queue), 0, -1);
const everySecond: ScheduleDefinition = { cron: '* * * * * *', queue: 'rig', class: 'Echo', args: ['t'] };
const hourly: ScheduleDefinition = { cron: '0 * * * *', queue: 'rig', class: 'Echo', args: ['t'] };
const payload = '{"class":"Echo","queue":"rig","args":["t"]}';

/** What an outage leaves: everything is decided up to so many ms ago, and since when the times stand. */
async function decidedUpTo(name: string, agoMs: number): Promise<number> {
  const at = (await bench.second()) * 1_000 - agoMs;
  await bench.server.redis.hset(keys.schedulesFired, name, at);
  return at;
}

test('a tick brings its job at its millisecond, not before, by Redis’s clock', async () => {
  const scheduler = await bench.scheduler({ timeout: 30_000 });
  const lateness: number[] = [];
  scheduler.on('scheduled', async (name, job, tick) => {
    expect([name, job]).toEqual(['tick', { class: 'Echo', queue: 'rig', args: ['t'] }]);
    lateness.push(Date.now() - tick);
  });
  await scheduler.start();
  await once(scheduler, 'poll');
  await scheduler.schedule('tick', everySecond);
  await until(() => lateness.length === 4);
  for (const ms of lateness) expect(ms).toBeGreaterThanOrEqual(0);
  expect([...lateness].sort((one, other) => one - other)[1]).toBeLessThan(100);
  expect((await queued()).slice(0, 4)).toEqual([payload, payload, payload, payload]);
});

test('a schedule that is stored while the leader sleeps wakes it', async () => {
  const scheduler = await bench.scheduler({ timeout: 60_000 });
  await scheduler.start();
  await once(scheduler, 'poll');
  await until(async () => String(await bench.server.redis.client('LIST')).includes('cmd=blpop'));
  const follower = await bench.scheduler({ name: 'follower:2', timeout: 60_000 });
  await follower.schedule('tick', { ...everySecond, cron: undefined, every: '1s' });
  await once(scheduler, 'scheduled');
  expect(follower.leader).toBe(false);
  await follower.pause('tick');
  const count = (await queued()).length;
  const [info] = await follower.schedules();
  expect(info).toMatchObject({ paused: true, nextAt: null });
  await follower.resume('tick');
  await once(scheduler, 'scheduled');
  expect((await queued()).length).toBeGreaterThan(count);
  expect(await follower.unschedule('tick')).toBe(true);
});

test.each(['node', 'ruby'] as const)(
  'vector 30 schedule_running, dialect %s: what is left',
  async (dialect) => {
    await bench.server.redis.hset(
      keys.persistentSchedules,
      'tick',
      '{"class":"Echo","every":"1s","queue":"rig","args":["t"]}',
    );
    await bench.server.redis.sadd(keys.schedulesChanged, 'tick');
    const scheduler = await bench.scheduler({ connection: { ...bench.server.connection, dialect } });
    await scheduler.start();
    await once(scheduler, 'scheduled');
    await scheduler.end();
    const [job] = await queued();
    expect(job).toBe(dialect === 'ruby' ? '{"class":"Echo","args":["t"]}' : payload);
    expect(await bench.server.redis.hget(keys.lastEnqueuedAt, 'tick')).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/,
    );
    expect(await bench.server.redis.exists(keys.schedulesChanged)).toBe(0);
    expect(await bench.server.redis.smembers(keys.queues)).toEqual(['rig']);
  },
);

test('the bytes of the args are those that Ruby stored', async () => {
  const args = '[1.0,9007199254740993,{"2":"two","1":"one"}]';
  await bench.server.redis.hset(
    keys.persistentSchedules,
    'tick',
    `{"class":"Foo::Bar","every":"1s","queue":"rig","args":${args}}`,
  );
  const scheduler = await bench.scheduler();
  await scheduler.start();
  await until(async () => (await queued()).length > 0);
  expect((await queued())[0]).toBe(`{"class":"Foo::Bar","queue":"rig","args":${args}}`);
});

describe('after an outage of five hours', () => {
  test.each([
    ['none', 0],
    ['last', 1],
    ['all', 5],
  ] as const)('catchUp %s brings %i', async (catchUp, count) => {
    const scheduler = await bench.scheduler();
    await scheduler.schedule('hourly', { ...hourly, catchUp });
    await decidedUpTo('hourly', 5 * 3_600_000);
    const ticks: number[] = [];
    scheduler.on('scheduled', (_name, _job, tick) => ticks.push(tick));
    await scheduler.poll();
    await scheduler.poll();
    // A full hour may have just begun.
    const now = Date.now();
    const missed = ticks.filter((tick) => now - tick > 60_000);
    expect(missed.length).toBeGreaterThanOrEqual(count === 0 ? 0 : count - 1);
    expect(missed.length).toBeLessThanOrEqual(count);
    expect(await queued()).toHaveLength(ticks.length);
    expect(ticks).toEqual([...ticks].sort((one, other) => one - other));
    for (const tick of ticks) expect(tick % 3_600_000).toBe(0);
  });

  test('in which Ruby’s scheduler led for a while, only what it left is caught up', async () => {
    const scheduler = await bench.scheduler();
    await scheduler.schedule('m', { ...hourly, cron: '* * * * *', catchUp: 'all' });
    await decidedUpTo('m', 5 * 3_600_000);
    const ranAt = (await bench.second()) * 1_000 - 600_000;
    await bench.server.redis.hset(keys.lastEnqueuedAt, 'm', rubyStarted(ranAt));
    const ticks: number[] = [];
    scheduler.on('scheduled', (_name, _job, tick) => ticks.push(tick));
    await scheduler.poll();
    await scheduler.poll();
    expect(ticks.length).toBeGreaterThanOrEqual(10);
    expect(ticks.length).toBeLessThan(13);
    expect(Math.min(...ticks)).toBeGreaterThan(ranAt);
    expect(await queued()).toHaveLength(ticks.length);
  });

  test('a neighbour whose clock is an hour fast stops no tick that comes', async () => {
    const scheduler = await bench.scheduler();
    await scheduler.schedule('s', everySecond);
    await bench.server.redis.hset(keys.lastEnqueuedAt, 's', rubyStarted(Date.now() + 3_600_000));
    await scheduler.start();
    await once(scheduler, 'scheduled');
  });

  test('all ticks of a minutely one are caught up once by two leaders', async () => {
    const pair = await Promise.all([1, 2].map(() => bench.scheduler({ name: 'same:1' })));
    await pair[0]!.schedule('m', { ...hourly, cron: '* * * * *', catchUp: 'all' });
    const from = await decidedUpTo('m', 5 * 3_600_000);
    const ticks: number[] = [];
    for (const one of pair) one.on('scheduled', (_name, _job, tick) => ticks.push(tick));
    await Promise.all(pair.map((one) => one.poll()));
    await Promise.all(pair.map((one) => one.poll()));
    expect(await queued()).toHaveLength(ticks.length);
    expect(new Set(ticks).size).toBe(ticks.length);
    expect(ticks.length).toBeGreaterThanOrEqual(299);
    expect(Math.min(...ticks)).toBe(Math.floor(from / 60_000) * 60_000 + 60_000);
  });

  test('of a year of seconds, the latest 1,000 are caught up', async () => {
    const scheduler = await bench.scheduler();
    await scheduler.schedule('s', { ...everySecond, catchUp: 'all' });
    await decidedUpTo('s', 365 * 86_400_000);
    await scheduler.poll();
    await scheduler.pause('s');
    const count = (await queued()).length;
    expect(count).toBeGreaterThanOrEqual(1_029);
    expect(count).toBeLessThan(1_060);
  });
});

test('two leaders at once bring each tick once', async () => {
  const pair = await Promise.all([1, 2].map(() => bench.scheduler({ name: 'same:1', timeout: 50 })));
  const ticks: string[] = [];
  for (const one of pair) one.on('scheduled', (name, _job, tick) => ticks.push(`${name} ${tick}`));
  const names = Array.from({ length: 20 }, (_, n) => `s${n}`);
  for (const name of names) await pair[0]!.schedule(name, { ...everySecond, queue: name });
  await Promise.all(pair.map((one) => one.start()));
  await until(() => ticks.length >= 60, { timeoutMs: 10_000 });
  await Promise.all(pair.map((one) => one.end()));
  expect(new Set(ticks).size).toBe(ticks.length);
  const lengths = await Promise.all(names.map((name) => queued(name)));
  expect(lengths.flat()).toHaveLength(ticks.length);
});

test('connections that are killed and scripts that are forgotten around the ticks double none and lose none', async () => {
  const scheduler = await bench.scheduler({ timeout: 100 });
  scheduler.on('error', () => {});
  // With the marks of their ticks, at once.
  await scheduler.schedule('tick', { ...everySecond, jitter: 1 });
  await scheduler.start();
  for (let n = 0; n < 5; n += 1) {
    const [, micros] = await bench.server.redis.time();
    await pause(1_000 - Number(micros) / 1_000 + n);
    await bench.server.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'YES');
    if (n % 2 === 0) await bench.server.redis.script('FLUSH');
  }
  await until(async () => (await queued()).length >= 5);
  const ticks = (await queued()).map((job) => Number(/@(\d+)"/.exec(job)?.[1])).sort((a, b) => a - b);
  expect(ticks.slice(1).map((tick, n) => tick - ticks[n]!)).toEqual(ticks.slice(1).map(() => 1_000));
});

describe('the hooks of a job', () => {
  const calls: string[] = [];
  class Spy extends Plugin {
    override beforeEnqueue(): boolean {
      calls.push('before');
      if (this.args[0] === 'throw') throw new Error('no such luck');
      return this.args[0] !== 'refuse';
    }
    override async afterEnqueue(): Promise<void> {
      calls.push(`after ${(await queued()).length}`);
    }
    override payloadMembers(): { from: string } {
      return { from: 'spy' };
    }
  }
  const jobs = { Echo: { plugins: [Spy], perform: () => null } };

  test('run once a tick, around the step that stores it', async () => {
    calls.length = 0;
    const scheduler = await bench.scheduler({}, jobs);
    await scheduler.schedule('h', { ...hourly, catchUp: 'last' });
    await decidedUpTo('h', 2 * 3_600_000);
    await scheduler.poll();
    expect(calls).toEqual(['before', 'after 1']);
    expect(await queued()).toEqual(['{"class":"Echo","queue":"rig","args":["t"],"from":"spy"}']);
  });

  test.each(['refuse', 'throw'])('that %s let the tick pass without a job', async (how) => {
    calls.length = 0;
    const scheduler = await bench.scheduler({}, jobs);
    const errors: string[] = [];
    const skipped: unknown[][] = [];
    scheduler.on('error', (error) => errors.push(error.message));
    scheduler.on('skippedTick', (...args) => skipped.push(args));
    await scheduler.schedule('h', { ...hourly, args: [how], catchUp: 'last' });
    await decidedUpTo('h', 2 * 3_600_000);
    await scheduler.poll();
    await scheduler.poll();
    expect(calls).toEqual(['before']);
    expect(skipped).toEqual([['h', expect.any(Number), 'refused']]);
    expect(errors).toEqual(how === 'throw' ? ['no such luck'] : []);
    expect(await queued()).toEqual([]);
    expect(Number(await bench.server.redis.hget(keys.schedulesFired, 'h'))).toBe(skipped[0]![1]);
  });
});

test('what is wrong with one schedule is told once, and stops no other', async () => {
  const scheduler = await bench.scheduler({ timeout: 50 });
  const errors: Error[] = [];
  scheduler.on('error', (error) => errors.push(error));
  await bench.server.redis.hset(
    keys.persistentSchedules,
    'a',
    '{"class":"Echo","cron":"* 25 * * *","queue":"rig"}',
  );
  await bench.server.redis.hset(keys.persistentSchedules, 'b', 'no JSON');
  await scheduler.schedule('good', everySecond);
  await scheduler.start();
  await until(async () => (await queued()).length >= 2);
  expect(errors.map((error) => (error as Error & { code: string }).code).sort()).toEqual([
    'RESKUE_CRON_INVALID',
    'RESKUE_SCHEDULE_INVALID',
  ]);
  expect(errors[0]!.message).toContain('Schedule "a" is skipped: Cron line "* 25 * * *", position 3 (hour)');
});

test('a queue that is no list is told, holds up nobody, and gets its job when it is mended', async () => {
  const scheduler = await bench.scheduler({ timeout: 50 });
  const errors: string[] = [];
  scheduler.on('error', (error) => errors.push(error.message));
  await bench.server.redis.set(keys.queue('rig'), 'no list');
  await scheduler.schedule('h', { ...hourly, catchUp: 'last' });
  await decidedUpTo('h', 2 * 3_600_000);
  await scheduler.schedule('good', { ...everySecond, queue: 'other' });
  await scheduler.start();
  await until(async () => (await queued('other')).length > 0);
  expect(errors[0]).toContain('Schedule "h": the job cannot go to queue "rig" (WRONGTYPE');
  await bench.server.redis.del(keys.queue('rig'));
  await until(async () => (await queued()).length === 1);
});

test('keys of a wrong type are told, and hold up no delayed job', async () => {
  await bench.server.redis.set(keys.schedulesFired, 'no hash');
  await bench.server.redis.hset(keys.persistentSchedules, 'a', '{"class":"Echo","every":"1s","queue":"rig"}');
  const scheduler = await bench.scheduler({ timeout: 50 });
  const errors: string[] = [];
  scheduler.on('error', (error) => errors.push(error.message));
  await scheduler.start();
  await until(() => errors.some((message) => message.includes('WRONGTYPE')));
  await bench.delayAsNeighbour(10, payload);
  await until(async () => (await queued()).length === 1);
  await bench.server.redis.del(keys.schedulesFired);
  await until(async () => (await queued()).length === 2);
});

test('1,000 schedules at one second cost little, and each brings its job', async () => {
  const scheduler = await bench.scheduler({ timeout: 5_000 });
  const commands = bench.server.redis.pipeline();
  for (let n = 0; n < 1_000; n += 1)
    commands.hset(
      keys.persistentSchedules,
      `s${n}`,
      '{"class":"Echo","cron":"*/5 * * * * * Europe/Berlin","queue":"rig"}',
    );
  await commands.exec();
  const late: number[] = [];
  const told = new Set<string>();
  scheduler.on('scheduled', (name, _job, tick) => {
    told.add(`${name} ${tick}`);
    late.push(Date.now() - tick);
  });
  await scheduler.start();
  const names = (): Set<string> => new Set([...told].map((one) => one.split(' ')[0] ?? ''));
  await until(() => names().size === 1_000, { timeoutMs: 14_000 });
  await scheduler.end();
  expect(told.size).toBe(late.length);
  expect(await queued()).toHaveLength(late.length);
  expect(Math.max(...late)).toBeLessThan(4_000);
});
