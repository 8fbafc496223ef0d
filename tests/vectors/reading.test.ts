import { Queue, Scheduler, Worker, type Dialect } from 'reskue';
import { redisServer, until } from '@reskue/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { load, vectors, type Dump, type Side } from './vector.test-kit.js';

const server = redisServer();
let roles: { end(): unknown }[] = [];
const keep = <Role extends { end(): unknown }>(role: Role): Role => {
  roles.push(role);
  return role;
};
afterEach(async () => {
  await Promise.all(roles.map((role) => role.end()));
  roles = [];
});

const queueIn = async (dialect: Dialect): Promise<Queue> => {
  const queue = keep(new Queue({ connection: { ...server.connection, dialect } }));
  await queue.connect();
  return queue;
};

/** Every dump of a neighbour, each read in both dialects. */
const dumps = vectors.flatMap(({ name, ruby, node }) =>
  (['ruby', 'node'] as const).flatMap((writer) => {
    const side: Side | null = { ruby, node }[writer];
    if (!side) return [];
    return (['ruby', 'node'] as const).map((dialect) => ({ name, writer, dialect, dump: side.dump }));
  }),
);

const lists = (dump: Dump, pattern: RegExp): [key: string, texts: string[]][] =>
  Object.entries(dump)
    .filter(([key, { type }]) => type === 'list' && pattern.test(key))
    // A list's value is its texts.
    .map(([key, { value }]) => [key, value as string[]]);
const parse = (text: string): { class: string; queue?: string; args: unknown[] } =>
  // A payload of a neighbour's.
  JSON.parse(text) as { class: string; queue?: string; args: unknown[] };

/** What stands between `"payload":` and the member behind it, byte for byte. */
const payloadIn = (entry: string): string => /"payload":(\{.*?\}),"exception"/.exec(entry)?.[1] ?? '';

const having = (pattern: RegExp) =>
  dumps.filter(({ dump }) => Object.keys(dump).some((key) => pattern.test(key)));
const title = '$name of $writer, in dialect $dialect';

describe('everything is listed', () => {
  test.each(dumps)(title, async ({ dialect, dump }) => {
    await load(server.redis, dump);
    const queue = await queueIn(dialect);
    const names = (dump['resque:queues']?.value ?? []) as string[];
    expect((await queue.queues()).sort()).toEqual(names);
    for (const [key, texts] of lists(dump, /^resque:queue:/)) {
      const jobs = await queue.queued(key.replace('resque:queue:', ''), 0, -1);
      expect(jobs.map(({ class: name, args }) => [name, args as unknown])).toEqual(
        texts.map(parse).map(({ class: name, args }) => [name, args]),
      );
    }
    const failed = lists(dump, /^resque:failed$/).flatMap(([, texts]) => texts);
    expect(await queue.failed(0, -1)).toEqual(failed.map((text) => JSON.parse(text) as unknown));
    const buckets = lists(dump, /^resque:delayed:\d+$/);
    const seconds = buckets.map(([key]) => Number(key.split(':')[2]));
    expect(await queue.timestamps()).toEqual(seconds.map((second) => second * 1000).sort());
    expect(Object.values(await queue.allDelayed()).flat()).toHaveLength(
      buckets.flatMap(([, texts]) => texts).length,
    );
    const ids = (dump['resque:workers']?.value ?? []) as string[];
    expect(Object.entries(await queue.workers()).map((parts) => parts.join(':'))).toEqual(ids);
    const records = Object.keys(dump).filter((key) => /^resque:worker:(?!ping:).*:rig$/.test(key));
    for (const [name, work] of Object.entries(await queue.allWorkingOn())) {
      const isBusy = records.includes(`resque:worker:${name}:rig`);
      if (isBusy) expect(work).toMatchObject({ queue: 'rig', worker: name, payload: { class: 'Slow' } });
      else expect(work).toBe('started');
    }
    const counters = Object.keys(dump).filter((key) => key.startsWith('resque:stat:'));
    expect(Object.keys(await queue.stats()).sort()).toEqual(counters.map((key) => key.slice(12)).sort());
    const locks = Object.keys(dump).filter((key) => /^resque:(workers)?lock:/.test(key));
    expect(Object.keys(await queue.locks())).toEqual(locks.map((key) => key.slice(7)).sort());
  });
});

describe('what waits is worked, with its args', () => {
  test.each(having(/:queue:/))(title, async ({ dialect, dump }) => {
    await load(server.redis, dump);
    const texts = lists(dump, /^resque:queue:rig$/).flatMap(([, all]) => all);
    const given: unknown[][] = [];
    const perform = async (...args: unknown[]) => given.push(args);
    const jobs = Object.fromEntries(texts.map(parse).map(({ class: name }) => [name, { perform }]));
    const connection = { ...server.connection, dialect };
    const worker = keep(new Worker({ connection, queues: ['rig'], name: 'host:1', timeout: 50 }, jobs));
    await worker.connect();
    await worker.start();
    await until(async () => (await server.redis.llen('resque:queue:rig')) === 0);
    await worker.end();
    const isPaused = 'resque:pause-all-workers' in dump;
    expect(given).toEqual(isPaused ? [] : texts.map((text) => parse(text).args));
  });
});

describe('what waits is found and deleted by its values', () => {
  test.each(having(/:queue:/))(title, async ({ dialect, dump }) => {
    await load(server.redis, dump);
    const queue = await queueIn(dialect);
    for (const [key, texts] of lists(dump, /^resque:queue:/)) {
      const name = key.replace('resque:queue:', '');
      for (const { class: className, args } of texts.map(parse)) {
        expect(await queue.del(name, className, args)).toBeGreaterThan(0);
      }
      expect(await queue.length(name)).toBe(0);
    }
  });
});

describe('what is delayed is found and deleted by its values', () => {
  test.each(having(/:delayed:\d+$/))(title, async ({ dialect, dump }) => {
    await load(server.redis, dump);
    const queue = await queueIn(dialect);
    const buckets = lists(dump, /^resque:delayed:\d+$/);
    for (const [key, texts] of buckets) {
      for (const { class: className, queue: name = '', args } of texts.map(parse)) {
        const second = Number(key.split(':')[2]);
        if ((await server.redis.exists(key)) === 0) continue;
        expect(await queue.scheduledAt(name, className, args)).toContain(second);
        expect(await queue.delDelayed(name, className, args)).toContain(second);
      }
    }
    expect(await queue.timestamps()).toEqual([]);
    if (buckets.length > 0) expect(await server.redis.keys('resque:timestamps:*')).toEqual([]);
  });
});

describe('what is delayed and due is promoted byte for byte', () => {
  test.each(having(/:delayed:\d+$/))(title, async ({ dialect, dump }) => {
    await load(server.redis, dump);
    const buckets = lists(dump, /^resque:delayed:\d+$/);
    // Their time has come.
    await server.redis.del('resque:delayed_queue_schedule');
    await server.redis.zadd('resque:delayed_queue_schedule', 1_000, '1000');
    for (const [key] of buckets) {
      for (const text of await server.redis.lrange(key, 0, -1)) {
        await server.redis.rpush('resque:delayed:1000', text);
        await server.redis.sadd(`resque:timestamps:${text}`, 'delayed:1000');
      }
      await server.redis.del(key);
    }
    const before = await server.redis.lrange('resque:queue:rig', 0, -1);
    await server.redis.del(
      'resque:resque_scheduler_leader_lock',
      'resque:resque:resque_scheduler_master_lock',
    );
    const scheduler = keep(new Scheduler({ connection: { ...server.connection, dialect } }));
    await scheduler.connect();
    await scheduler.poll();
    const moved = buckets.flatMap(([, texts]) => texts);
    expect(await server.redis.lrange('resque:queue:rig', 0, -1)).toEqual([...before, ...moved]);
  });
});

describe('what has failed is retried byte for byte, or deleted', () => {
  test.each(having(/:failed$/))(title, async ({ dialect, dump }) => {
    await load(server.redis, dump);
    const queue = await queueIn(dialect);
    const entries = lists(dump, /^resque:failed$/).flatMap(([, texts]) => texts);
    await server.redis.del('resque:queue:rig');
    for (const entry of entries) {
      const [failure] = await queue.failed(0, 0);
      // As it comes back from a web page.
      expect(await queue.retryAndRemoveFailed(structuredClone(failure!))).toBe(true);
      expect(await server.redis.rpop('resque:queue:rig')).toBe(payloadIn(entry));
    }
    expect(await queue.failedCount()).toBe(0);
    if (entries.length > 0) await server.redis.rpush('resque:failed', ...entries);
    for (const failure of await queue.failed(0, -1)) expect(await queue.removeFailed(failure)).toBe(1);
    expect(await queue.failedCount()).toBe(0);
  });
});

describe('what recurs is listed, and brings its job with its args', () => {
  test.each(having(/:persistent_schedules$/))(title, async ({ dialect, dump }) => {
    await load(server.redis, dump);
    await server.redis.del('resque:queue:rig', 'resque:resque:resque_scheduler_master_lock');
    const configs = dump['resque:persistent_schedules']?.value as Record<string, string>;
    const scheduler = keep(new Scheduler({ connection: { ...server.connection, dialect }, timeout: 100 }));
    await scheduler.connect();
    const given = Object.entries(configs).map(([name, text]) => ({ name, ...parse(text) }));
    const listed = await scheduler.schedules();
    const spread = (args: unknown): unknown => (Array.isArray(args) ? args : [args]);
    expect(listed).toMatchObject(
      given
        .map(({ name, class: className, args }) => ({ name, class: className, args: spread(args) }))
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
    );
    await scheduler.poll();
    expect(await server.redis.exists('resque:schedules_changed')).toBe(0);
    for (const { name } of listed) expect(await scheduler.runNow(name)).toBe(true);
    const queue = await queueIn(dialect);
    const jobs = await queue.queued('rig', 0, -1);
    expect(jobs.map(({ class: className, args }) => [className, args as unknown])).toEqual(
      listed.map(({ class: className, args }) => [className, args]),
    );
    // Byte for byte what Ruby stored.
    expect(await server.redis.hgetall('resque:persistent_schedules')).toEqual(configs);
  });
});

describe('workers are cleaned away with all they left', () => {
  test.each(having(/:workers?$|:worker:/))(title, async ({ dialect, dump }) => {
    await load(server.redis, dump);
    const queue = await queueIn(dialect);
    const before = await queue.failedCount();
    const working = Object.values(await queue.allWorkingOn()).filter((work) => work !== 'started');
    for (const name of Object.keys(await queue.workers())) await queue.forceCleanWorker(name);
    expect(await queue.workers()).toEqual({});
    expect(await queue.failedCount()).toBe(before + working.length);
    const left = (await server.redis.keys('resque:*')).filter((key) =>
      /^resque:(worker:|workers$|workers:|stat:.*:)/.test(key),
    );
    // A record whose worker the neighbour took off the list before.
    expect(left.filter((key) => !(key in dump && !('resque:workers' in dump)))).toEqual([]);
  });
});

describe.each(['node', 'ruby'] as const)(
  'one malformed entry breaks no listing, in dialect %s',
  (dialect) => {
    const oddities = [
      '',
      'no JSON',
      '5',
      'null',
      '[]',
      '"text"',
      '{}',
      '{"class":null}',
      '{"class":7,"args":{}}',
      '{"payload":null}',
      '\ud83d',
    ];

    test('in any list', async () => {
      for (const list of ['queue:rig', 'failed', 'delayed:4102444800']) {
        await server.redis.rpush(`resque:${list}`, ...oddities, '{"class":"Echo","queue":"rig","args":[1]}');
      }
      await server.redis.sadd('resque:queues', 'rig');
      await server.redis.zadd('resque:delayed_queue_schedule', 4_102_444_800, 4_102_444_800, 5, 'odd');
      await server.redis.hset('resque:delayed:last_enqueued_at', 'tick', '2026-01-01 00:00:00 +0000');
      const queue = await queueIn(dialect);
      const count = oddities.length + 1;
      expect(await queue.queued('rig', 0, -1)).toHaveLength(count);
      expect(await queue.failed(0, -1)).toHaveLength(count);
      expect((await queue.delayedAt(4_102_444_800_000)).tasks).toHaveLength(count);
      expect(Object.values(await queue.allDelayed()).flat()).toHaveLength(count);
      expect(await queue.timestamps()).toEqual([4_102_444_800_000]);
      expect(await queue.del('rig', 'Echo', [1])).toBe(1);
      expect(await queue.delDelayed('rig', 'Echo', [1])).toEqual([4_102_444_800]);
      await queue.retryStuckJobs();
      for (const failure of await queue.failed(0, -1)) expect(await queue.removeFailed(failure)).toBe(1);
      expect(await queue.failedCount()).toBe(0);
    });

    test('among the workers, their records, pings and counters', async () => {
      const ids = ['worker1', 'h:1:', 'a:b:c:d', ':', 'ruby:1:rig', 'node:2:rig'];
      await server.redis.sadd('resque:workers', ...ids);
      for (const [at, id] of ids.entries()) {
        await server.redis.set(`resque:worker:${id}`, oddities[at + 1] ?? '{}');
        await server.redis.set(
          `resque:worker:ping:${id.split(':').slice(0, 2).join(':')}`,
          oddities[at] ?? '',
        );
      }
      await server.redis.set('resque:stat:processed', 'many');
      await server.redis.rpush('resque:stat:failed:list', 'odd');
      await server.redis.sadd('resque:lock:odd', 'odd');
      const queue = await queueIn(dialect);
      expect(Object.keys(await queue.workers())).toHaveLength(ids.length);
      expect(Object.keys(await queue.allWorkingOn())).toHaveLength(ids.length);
      expect(await queue.stats()).toMatchObject({ processed: 'many' });
      expect(await queue.locks()).toEqual({});
      expect(await queue.cleanOldWorkers(1)).toEqual({});
      for (const name of Object.keys(await queue.workers())) await queue.forceCleanWorker(name);
      expect(await queue.workers()).toEqual({});
      expect(await queue.failedCount()).toBe(ids.length);
    });
  },
);
