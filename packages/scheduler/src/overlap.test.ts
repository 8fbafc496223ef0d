import { once } from 'node:events';
import { addMembers, payloadListOf } from '@reskue/core/protocol';
import { until } from '@reskue/testkit';
import { describe, expect, test } from 'vitest';
import { schedulerBench } from './scheduler-bench.test-kit.js';
import type { Scheduler } from './scheduler.js';
import type { ScheduleDefinition } from './schedules/schedule-definition.js';

const bench = schedulerBench();
const { keys } = bench;

const queued = (): Promise<string[]> => bench.server.redis.lrange(keys.queue('rig'), 0, -1);
const hourly: ScheduleDefinition = {
  cron: '0 * * * *',
  queue: 'rig',
  class: 'Echo',
  args: ['t'],
  overlap: 'skip',
  catchUp: 'all',
};

/** A leader that has fired the first of five hours' ticks, which was the only one to bring a job. */
async function leaderAfterOne(definition = hourly, dialect: 'node' | 'ruby' = 'node') {
  const connection = { ...bench.server.connection, dialect };
  const scheduler = await bench.scheduler({ connection });
  const told: string[] = [];
  scheduler.on('scheduled', () => told.push('brought'));
  scheduler.on('skippedTick', (_name, _tick, reason) => told.push(reason));
  await scheduler.schedule('h/é', definition);
  const now = (await bench.second()) * 1_000;
  // Two hours: at least one tick, at most two that are caught up.
  await bench.server.redis.hset(
    keys.schedulesFired,
    'h/é',
    Math.floor(now / 3_600_000) * 3_600_000 - 3_600_000 * 2,
  );
  await scheduler.poll();
  return { scheduler, told };
}

/** Fires what three more hours would have brought. */
async function moreTicks(scheduler: Scheduler): Promise<void> {
  const now = (await bench.second()) * 1_000;
  await bench.server.redis.hset(keys.schedulesFired, 'h/é', now - 3 * 3_600_000);
  // Read anew.
  await bench.server.redis.sadd(keys.schedulesChanged, 'h/é');
  await scheduler.poll();
}

describe.each(['node', 'ruby'] as const)('overlap: skip, in dialect %s', (dialect) => {
  test('brings none while that of an earlier tick waits, and the next when it is gone', async () => {
    const { scheduler, told } = await leaderAfterOne(hourly, dialect);
    expect(told[0]).toBe('brought');
    expect(told.slice(1).every((one) => one === 'overlap')).toBe(true);
    const [job = ''] = await queued();
    expect(job).toMatch(/"tick":"h%2F%C3%A9@\d{13}"\}$/);
    told.length = 0;
    await moreTicks(scheduler);
    expect(new Set(told)).toEqual(new Set(['overlap']));
    expect(await queued()).toEqual([job]);
    await bench.server.redis.lpop(keys.queue('rig'));
    told.length = 0;
    await moreTicks(scheduler);
    expect(told[0]).toBe('brought');
    expect(await queued()).toHaveLength(1);
  });

  test('an equal job of somebody else is not in its way', async () => {
    const { scheduler, told } = await leaderAfterOne(hourly, dialect);
    const [job = ''] = await queued();
    await bench.server.redis.lpop(keys.queue('rig'));
    await bench.server.redis.rpush(keys.queue('rig'), job.replace(/,"tick":".*"\}$/, '}'));
    told.length = 0;
    await moreTicks(scheduler);
    expect(told[0]).toBe('brought');
  });

  test.each([
    [
      'a worker',
      (job: string) =>
        bench.server.redis.set(keys.record('h:1:rig'), `{"queue":"rig","worker":"h:1","payload":${job}}`),
    ],
    [
      'node-resque’s worker',
      (job: string) =>
        bench.server.redis.set(
          keys.record('h:1:rig'),
          JSON.stringify({
            payload: Object.fromEntries(Object.entries(JSON.parse(job) as object).reverse()),
            queue: 'rig',
          }),
        ),
    ],
    [
      'a process that claimed it ahead',
      async (job: string) => {
        await bench.server.redis.zadd(keys.leases, Date.now() + 60_000, 'p');
        await bench.server.redis.hset(
          keys.leaseAhead('p'),
          '7',
          `{"queue":"rig","lease":"p","payload":${job}}`,
        );
      },
    ],
    [
      'a process that claimed it ahead, with its payload in a list of its own,',
      async (job: string) => {
        await bench.server.redis.zadd(keys.leases, Date.now() + 60_000, 'p');
        await bench.server.redis.hset(keys.leaseAhead('p'), '7', '{"queue":"rig","lease":"p","claim":7}');
        await bench.server.redis.rpush(payloadListOf(keys.leaseAhead('p'), 7), job);
      },
    ],
  ])('brings none while %s has that of an earlier tick', async (_, take) => {
    const { scheduler, told } = await leaderAfterOne(hourly, dialect);
    const job = (await bench.server.redis.lpop(keys.queue('rig'))) ?? '';
    await bench.server.redis.sadd(keys.workers, 'h:1:rig', 'h:2:rig');
    await take(job);
    told.length = 0;
    await moreTicks(scheduler);
    expect(new Set(told)).toEqual(new Set(['overlap']));
    await bench.server.redis.del(keys.record('h:1:rig'), keys.leases, keys.leaseAhead('p'));
    told.length = 0;
    await moreTicks(scheduler);
    expect(told[0]).toBe('brought');
  });

  test('brings none while that of an earlier tick is delayed, by a retry for one', async () => {
    const { scheduler, told } = await leaderAfterOne(hourly, dialect);
    const job = (await bench.server.redis.lpop(keys.queue('rig'))) ?? '';
    const second = (await bench.second()) + 60;
    await bench.delayAsNeighbour(second, job);
    await bench.server.redis.sadd(keys.timestamps(job), `delayed:${second}`);
    await bench.server.redis.zadd(keys.due, second * 1_000, `${second}:${job}`);
    told.length = 0;
    await moreTicks(scheduler);
    expect(new Set(told)).toEqual(new Set(['overlap']));
  });
});

test('overlap: allow brings them all, as anybody would enqueue them', async () => {
  await leaderAfterOne({ ...hourly, overlap: 'allow' });
  const jobs = await queued();
  expect(jobs.length).toBeGreaterThanOrEqual(2);
  expect(new Set(jobs)).toEqual(new Set(['{"class":"Echo","queue":"rig","args":["t"]}']));
});

describe('jitter', () => {
  const definition: ScheduleDefinition = { cron: '* * * * * *', queue: 'rig', class: 'Echo', jitter: '1h' };

  test('puts a job off by the same for the same tick, and delays it to the millisecond', async () => {
    const dues: string[][] = [];
    let ticks: number[] = [];
    for (const round of [1, 2]) {
      const scheduler = await bench.scheduler({ name: `one:${round}` });
      await scheduler.schedule('j', { ...definition, cron: '0 * * * *', catchUp: 'last' });
      const now = (await bench.second()) * 1_000;
      await bench.server.redis.hset(keys.schedulesFired, 'j', Math.floor(now / 3_600_000) * 3_600_000 - 1);
      const told: number[] = [];
      scheduler.on('scheduled', (_name, _job, tick) => told.push(tick));
      await scheduler.poll();
      expect(told).toHaveLength(1);
      ticks = told;
      dues.push(await bench.server.redis.zrange(keys.due, '0', '-1', 'WITHSCORES'));
      dues.push(await queued());
      await scheduler.end();
      await bench.server.redis.flushall();
    }
    expect(dues.slice(0, 2)).toEqual(dues.slice(2));
    const [member, score] = dues[0]!;
    // It may be due already.
    if (member === undefined) return;
    expect(Number(score) - ticks[0]!).toBeLessThanOrEqual(3_600_000);
    expect(member).toBe(
      `${Math.round(Number(score) / 1_000)}:${addMembers('{"class":"Echo","queue":"rig","args":[]}', { tick: `j@${ticks[0]!}` })}`,
    );
  });

  test('jobs of many ticks spread, none is early, and each comes once', async () => {
    const scheduler = await bench.scheduler();
    await scheduler.schedule('j', { ...definition, jitter: 1_500 });
    const late: number[] = [];
    const tickOf = new Map<string, number>();
    scheduler.on('transferredJob', (_second, job: { tick?: string }) => {
      const tick = Number(job.tick?.split('@')[1]);
      tickOf.set(String(job.tick), tick);
      late.push(Date.now() - tick);
    });
    await scheduler.start();
    await until(() => late.length >= 4, { timeoutMs: 12_000 });
    for (const ms of late) expect(ms).toBeGreaterThanOrEqual(-1);
    for (const ms of late) expect(ms).toBeLessThan(1_500 + 500);
    expect(tickOf.size).toBe(late.length);
    expect(new Set(late).size).toBeGreaterThan(1);
  });
});

test('ticks go on as soon as the job of an earlier one is gone', async () => {
  const { scheduler, told } = await leaderAfterOne();
  await scheduler.start();
  told.length = 0;
  await scheduler.schedule('h/é', { ...hourly, cron: '* * * * * *' });
  await once(scheduler, 'skippedTick');
  await bench.server.redis.del(keys.queue('rig'));
  await once(scheduler, 'scheduled');
  expect(told.includes('brought')).toBe(true);
});
