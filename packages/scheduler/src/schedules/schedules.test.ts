import { Connection, Plugin } from '@reskue/core';
import { createKeys } from '@reskue/core/protocol';
import { redisServer } from '@reskue/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ScheduleDefinition } from './schedule-definition.js';
import { Schedules } from './schedules.js';

const server = redisServer();
const keys = createKeys('resque');
let connection: Connection;
let schedules: Schedules;
beforeEach(async () => {
  connection = new Connection(server.connection);
  await connection.connect();
  schedules = new Schedules(connection);
});
afterEach(() => connection.end());

const nightly: ScheduleDefinition = {
  cron: '0 3 * * *',
  timezone: 'Europe/Berlin',
  queue: 'rig',
  class: 'Echo',
};
const stored = (name: string): Promise<string | null> => server.redis.hget(keys.persistentSchedules, name);
const raw = (name: string, config: string): Promise<number> =>
  server.redis.hset(keys.persistentSchedules, name, config);

test('vector 29 schedule_set: written as Ruby writes them, and told of', async () => {
  await schedules.schedule('every_echo', {
    class: 'Echo',
    every: 300_000,
    firstIn: '10s',
    queue: 'rig',
    args: [1, 'é'],
    description: '<d>',
  });
  await schedules.schedule('cron_echo', {
    class: 'Echo',
    cron: '0 5 * * *',
    timezone: 'Europe/London',
    args: [{ a: 1 }],
    queue: 'rig',
  });
  await schedules.schedule('gone', { class: 'Echo', every: '1h', queue: 'rig' });
  expect(await schedules.unschedule('gone')).toBe(true);
  expect(await server.redis.hgetall(keys.persistentSchedules)).toEqual({
    every_echo:
      '{"class":"Echo","every":["5m",{"first_in":"10s"}],"queue":"rig","args":[1,"é"],"description":"<d>"}',
    cron_echo: '{"class":"Echo","cron":"0 5 * * * Europe/London","queue":"rig","args":[{"a":1}]}',
  });
  expect((await server.redis.smembers(keys.schedulesChanged)).sort()).toEqual([
    'cron_echo',
    'every_echo',
    'gone',
  ]);
});

test('ours come behind, and only where they are no defaults', async () => {
  await schedules.schedule('a', { ...nightly, catchUp: 'none', overlap: 'allow', jitter: 0, paused: false });
  expect(await stored('a')).toBe('{"class":"Echo","cron":"0 3 * * * Europe/Berlin","queue":"rig","args":[]}');
  await schedules.schedule('a', {
    ...nightly,
    catchUp: 'last',
    overlap: 'skip',
    jitter: '30s',
    paused: true,
  });
  expect(await stored('a')).toBe(
    '{"class":"Echo","cron":"0 3 * * * Europe/Berlin","queue":"rig","args":[],"catchUp":"last","overlap":"skip","jitter":30000,"paused":true}',
  );
});

test('storing the same again changes nothing and tells nobody', async () => {
  expect(await schedules.schedule('a', nightly)).toBe(true);
  const since = await server.redis.hget(keys.schedulesSince, 'a');
  await server.redis.del(keys.schedulesChanged);
  expect(await schedules.schedule('a', nightly)).toBe(false);
  expect(await server.redis.exists(keys.schedulesChanged)).toBe(0);
  expect(await schedules.schedule('a', { ...nightly, args: [1] })).toBe(true);
  expect(await server.redis.hget(keys.schedulesSince, 'a'), 'its times stand as they did').toBe(since);
});

test('new times count from now on', async () => {
  await schedules.schedule('a', { ...nightly, cron: undefined, timezone: undefined, every: '1h' });
  await server.redis.hset(keys.schedulesFired, 'a', '1000');
  await schedules.schedule('a', { ...nightly, cron: undefined, timezone: undefined, every: '2h' });
  const fired = Number(await server.redis.hget(keys.schedulesFired, 'a'));
  expect(Math.abs(fired - Date.now())).toBeLessThan(5_000);
  const [info] = await schedules.list();
  expect(info!.nextAt! - fired).toBe(7_200_000);
});

test('a schedule that is gone leaves nothing', async () => {
  await schedules.schedule('a', nightly);
  await server.redis.hset(keys.schedulesLast, 'a', 'x');
  await schedules.unschedule('a');
  expect(await schedules.unschedule('a')).toBe(false);
  const left = (await server.redis.keys('*')).filter((key) => /schedule/.test(key));
  expect(left).toEqual([keys.schedulesChanged]);
});

test('the list tells what is stored, and the next and the last run', async () => {
  await schedules.schedule('nightly', { ...nightly, args: [1], description: 'd', catchUp: 'all', jitter: 5 });
  await server.redis.hset(keys.lastEnqueuedAt, 'nightly', '2026-11-22 08:20:44 +0000');
  const info = await schedules.get('nightly');
  expect(info).toEqual({
    name: 'nightly',
    queue: 'rig',
    class: 'Echo',
    args: [1],
    description: 'd',
    cron: '0 3 * * * Europe/Berlin',
    timezone: 'Europe/Berlin',
    every: undefined,
    catchUp: 'all',
    overlap: 'allow',
    jitter: 5,
    paused: false,
    fromOption: false,
    nextAt: info!.nextAt,
    lastAt: Date.parse('2026-11-22T08:20:44Z'),
    error: undefined,
  });
  const shown = new Date(info!.nextAt!).toLocaleTimeString('de-DE', { timeZone: 'Europe/Berlin' });
  expect(shown).toBe('03:00:00');
  expect(info!.nextAt! - Date.now()).toBeLessThanOrEqual(86_400_000 + 3_600_000);
});

describe('what Ruby stored is read', () => {
  test.each([
    [
      '{"class":"Echo","every":["5m",{"first_in":"10s"}],"queue":"rig","args":[1,"é"]}',
      { every: 300_000, args: [1, 'é'] },
    ],
    ['{"class":"Echo","every":"30s","queue":"rig"}', { every: 30_000, args: [] }],
    ['{"class":"Echo","every":90,"queue":"rig","args":null}', { every: 90_000, args: [] }],
    [
      '{"class":"Echo","cron":"0 5 * * * Europe/London","args":{"a":1},"queue":"rig"}',
      { args: [{ a: 1 }], timezone: 'Europe/London' },
    ],
    [
      '{"class":"Echo","cron":"30 0 5 * * *","args":"one","queue":"rig"}',
      { args: ['one'], cron: '30 0 5 * * *' },
    ],
    ['{"class":"Echo","cron":["0 5 * * *",{"allow_overlapping":true}],"queue":"rig"}', { cron: '0 5 * * *' }],
    ['{"cron":"0 5 * * *","queue":"rig"}', { class: 'a' }],
    ['{"class":"Echo","custom_job_class":"Status","cron":"0 5 * * *","queue":"rig"}', { class: 'Status' }],
    ['{"class":"Echo","queue":"rig","description":"by hand"}', { nextAt: null, error: undefined }],
    [
      '{"class":"Echo","cron":"0 5 * * *","queue":"rig","rails_env":"staging, production"}',
      { nextAt: null, error: undefined },
    ],
  ])('%s', async (config, expected) => {
    await raw('a', config);
    expect(await schedules.get('a')).toMatchObject(expected);
  });

  test('an interval that no leader has seen has no next tick yet', async () => {
    await raw('a', '{"class":"Echo","every":"30s","queue":"rig"}');
    expect((await schedules.get('a'))!.nextAt).toBe(null);
  });

  test.each([
    ['no JSON', 'RESKUE_SCHEDULE_INVALID'],
    ['[]', 'RESKUE_SCHEDULE_INVALID'],
    ['{"class":"Echo","cron":"0 5 * * *"}', 'RESKUE_SCHEDULE_INVALID'],
    ['{"class":"Echo","cron":"0 25 * * *","queue":"rig"}', 'RESKUE_CRON_INVALID'],
    ['{"class":"Echo","cron":5,"queue":"rig"}', 'RESKUE_SCHEDULE_INVALID'],
    ['{"class":"Echo","every":"soon","queue":"rig"}', 'RESKUE_SCHEDULE_INVALID'],
  ])('%s has an error, and others are listed', async (config, code) => {
    await raw('a', config);
    await schedules.schedule('b', nightly);
    const [one, other] = await schedules.list();
    expect(one).toMatchObject({ name: 'a', nextAt: null, error: { code } });
    expect(other).toMatchObject({ name: 'b', error: undefined });
    expect(await schedules.unschedule('a')).toBe(true);
  });
});

describe('pausing', () => {
  test.each([
    '{"class":"Echo","cron":"0 5 * * *","queue":"rig","args":[1.0,9007199254740993,"<\\u003c"]}',
    '{"paused":true,"class":"Echo","cron":"0 5 * * *","queue":"rig"}',
    '{"class":"Echo","cron":"0 5 * * *","queue":"rig","paused":false}',
    '{"class":"Echo","cron":"0 5 * * *","queue":"rig","origin":"option"}',
  ])('keeps the bytes of the others: %s', async (config) => {
    await raw('a', config);
    await schedules.pause('a');
    expect(await schedules.get('a')).toMatchObject({ paused: true, nextAt: null });
    expect(await stored('a')).toContain(config.slice(0, -1));
    expect(await schedules.pause('a')).toBe(false);
    expect(await schedules.resume('a')).toBe(true);
    expect(await schedules.get('a')).toMatchObject({ paused: false });
    expect(await schedules.resume('a')).toBe(false);
    if (!config.includes('paused')) expect(await stored('a')).toBe(config);
  });

  test('outlives storing the schedule anew, unless that says otherwise', async () => {
    await schedules.schedule('a', nightly);
    await schedules.pause('a');
    await schedules.schedule('a', { ...nightly, args: [2] });
    expect(await schedules.get('a')).toMatchObject({ paused: true, args: [2] });
    await schedules.schedule('a', { ...nightly, paused: false });
    expect(await schedules.get('a')).toMatchObject({ paused: false });
  });

  test('ends at this moment: ticks of the pause are decided', async () => {
    await schedules.schedule('a', nightly);
    await schedules.pause('a');
    await server.redis.hset(keys.schedulesFired, 'a', '1000');
    await schedules.resume('a');
    expect(Number(await server.redis.hget(keys.schedulesFired, 'a'))).toBeGreaterThan(Date.now() - 5_000);
  });

  test('of what is not there is an error', async () => {
    for (const act of ['pause', 'resume', 'runNow'] as const)
      await expect(schedules[act]('none')).rejects.toMatchObject({ code: 'RESKUE_SCHEDULE_UNKNOWN' });
  });
});

describe('a wrong definition is refused, and nothing is stored', () => {
  test.each([
    [{ ...nightly, cron: '0 25 * * *' }, 'RESKUE_CRON_INVALID', 'position 3 (hour)'],
    [{ ...nightly, timezone: 'Europe/Atlantis' }, 'RESKUE_SCHEDULE_INVALID', '"timezone"'],
    [{ ...nightly, cron: '0 3 * * * UTC' }, 'RESKUE_SCHEDULE_INVALID', '"timezone"'],
    [{ ...nightly, every: '5m' }, 'RESKUE_SCHEDULE_INVALID', 'either "cron" or "every"'],
    [{ queue: 'rig', class: 'Echo' }, 'RESKUE_SCHEDULE_INVALID', 'either "cron" or "every"'],
    [{ queue: 'rig', class: 'Echo', every: 999 }, 'RESKUE_SCHEDULE_INVALID', '"every"'],
    [{ queue: 'rig', class: 'Echo', every: '5 bananas' }, 'RESKUE_SCHEDULE_INVALID', '"every"'],
    [{ queue: 'rig', class: 'Echo', every: '5m', timezone: 'UTC' }, 'RESKUE_SCHEDULE_INVALID', '"timezone"'],
    [{ ...nightly, firstIn: '5m' }, 'RESKUE_SCHEDULE_INVALID', '"firstIn"'],
    [{ ...nightly, queue: '' }, 'RESKUE_SCHEDULE_INVALID', '"queue"'],
    [{ ...nightly, class: undefined }, 'RESKUE_SCHEDULE_INVALID', '"class"'],
    [{ ...nightly, args: 'x' }, 'RESKUE_SCHEDULE_INVALID', '"args"'],
    [{ ...nightly, args: [1n] }, 'RESKUE_ARGS_NOT_JSON', 'args[0]'],
    [{ ...nightly, catchUp: 'some' }, 'RESKUE_SCHEDULE_INVALID', '"catchUp"'],
    [{ ...nightly, overlap: 'deny' }, 'RESKUE_SCHEDULE_INVALID', '"overlap"'],
    [{ ...nightly, jitter: -1 }, 'RESKUE_SCHEDULE_INVALID', '"jitter"'],
    [{ ...nightly, chatchUp: 'all' }, 'RESKUE_SCHEDULE_INVALID', '"chatchUp"'],
    [null, 'RESKUE_SCHEDULE_INVALID', 'an object'],
  ])('%o', async (definition, code, text) => {
    // As JavaScript's users may give them.
    const given = definition as unknown as ScheduleDefinition;
    await expect(schedules.schedule('a', given)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text) as string,
    });
    expect(await server.redis.exists(keys.persistentSchedules)).toBe(0);
  });
});

describe('runNow', () => {
  test('puts the job into its queue with the bytes of its args, and notes when', async () => {
    await raw(
      'a',
      '{"class":"Echo","cron":"0 5 * * *","queue":"rig","args":[1.0,9007199254740993],"paused":true}',
    );
    expect(await schedules.runNow('a')).toBe(true);
    expect(await server.redis.lrange(keys.queue('rig'), 0, -1)).toEqual([
      '{"class":"Echo","queue":"rig","args":[1.0,9007199254740993]}',
    ]);
    expect(await server.redis.hget(keys.lastEnqueuedAt, 'a')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
  });

  test('runs the enqueue hooks of its job, where they are known', async () => {
    class Refuses extends Plugin {
      override beforeEnqueue(): boolean {
        if (this.args[0] === 'throw') throw new Error('no such luck');
        return false;
      }
    }
    const jobs = { Echo: { plugins: [Refuses], perform: () => null } };
    const hooked = new Schedules(connection, jobs);
    await hooked.schedule('a', nightly);
    await hooked.schedule('b', { ...nightly, args: ['throw'] });
    expect(await hooked.runNow('a')).toBe(false);
    await expect(hooked.runNow('b')).rejects.toThrow('no such luck');
    expect(await server.redis.exists(keys.queue('rig'), keys.lastEnqueuedAt)).toBe(0);
  });
});

test('twenty who change one schedule at the same time all come through', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, n) => schedules.schedule('a', { ...nightly, args: [n] })));
  expect((await schedules.list()).length).toBe(1);
});
