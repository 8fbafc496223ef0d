import { hostname } from 'node:os';
import { Plugin, type Jobs } from '@reskue/core';
import { describe, expect, test } from 'vitest';
import { pingEveryMs } from './ping.js';
import { next, until, workerBench } from './worker-bench.test-kit.js';
import { Worker } from './worker.js';
import type { WorkerOptions } from './worker-options.js';

const bench = workerBench();
const add = { perform: (a: number, b: number) => a + b };
const id = 'host:1:math';
const ruby = (options: WorkerOptions = {}): WorkerOptions => ({
  connection: { ...bench.server.connection, dialect: 'ruby' },
  ...options,
});
const heartbeat = () => bench.server.redis.hget('resque:workers:heartbeat', id);

describe('the name', () => {
  test.each(['worker1', 'host:', ':1', 'host:one', 'a:1:b', 'host:x1'])('%s is refused', (name) => {
    expect(() => new Worker({ name, connection: { dialect: 'ruby' } })).toThrow(
      expect.objectContaining({
        code: 'RESKUE_WORKER_NAME_INVALID',
        message: expect.stringContaining('host:pid') as string,
      }) as Error,
    );
    expect(new Worker({ name }).name).toBe(name);
  });

  test.each(['host:1', 'web-1.example.com:4711', 'host:1+12'])('%s is taken', (name) => {
    expect(new Worker({ name, connection: { dialect: 'ruby' } }).name).toBe(name);
  });

  test('is host and process, and the host may be another than that of the machine', () => {
    const connection = { dialect: 'ruby' } as const;
    expect(new Worker({ connection }).name).toBe(`${hostname()}:${process.pid}`);
    expect(new Worker({ connection, workerHost: 'reskue.web1' }).name).toBe(`reskue.web1:${process.pid}`);
    expect(new Worker({ workerHost: 'web1', name: 'mine' }).name).toBe('mine');
    expect(() => new Worker({ workerHost: 'a:b' })).toThrow('workerHost');
  });
});

describe('signs of life', () => {
  test('the heartbeat is there from the start, in a form that Ruby reads, is renewed, and goes with the worker', async () => {
    const worker = await bench.started({ add }, ruby({ timeout: 100 }));
    const first = await heartbeat();
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    expect(Math.abs(Date.now() - Date.parse(first ?? ''))).toBeLessThan(2_500);
    await until(async () => (await heartbeat()) !== first);
    await worker.end();
    expect(await bench.server.redis.exists('resque:workers:heartbeat')).toBe(0);
  });

  test('come at least once a minute, whatever the timeout', async () => {
    const slow = await bench.worker({ add }, ruby({ timeout: 3_600_000 }));
    expect(pingEveryMs(slow)).toBe(60_000);
    expect(pingEveryMs(await bench.worker({ add }, { timeout: 3_600_000 }))).toBe(3_600_000);
  });

  test('in dialect node there is no heartbeat, by which a Ruby worker could take us for dead', async () => {
    await bench.started({ add });
    expect(await bench.server.redis.exists('resque:workers:heartbeat')).toBe(0);
  });
});

describe('counters', () => {
  const counters = async (...names: string[]) =>
    bench.server.redis.mget(names.map((name) => `resque:stat:${name}`));

  test('are kept by the whole id, and a failed job is a processed one', async () => {
    const jobs = { bad: { perform: () => Promise.reject(new Error('bad')) } };
    const worker = await bench.worker(jobs, ruby());
    await bench.queue.enqueue('math', 'bad');
    await worker.start();
    await next(worker, 'failure');
    expect(await counters('processed', 'failed', `processed:${id}`, `failed:${id}`)).toEqual([
      '1',
      '1',
      '1',
      '1',
    ]);
    const [entry = ''] = await bench.server.redis.lrange('resque:failed', 0, -1);
    expect(JSON.parse(entry)).toMatchObject({
      worker: id,
      failed_at: expect.stringMatching(/ UTC$/) as string,
    });
    await worker.end();
    expect(await counters(`processed:${id}`, `failed:${id}`)).toEqual([null, null]);
  });

  test('a job that a plugin drops is a processed one', async () => {
    class Dropping extends Plugin {
      override beforePerform() {
        return false;
      }
    }
    const jobs: Jobs = { drop: { plugins: [Dropping], perform: () => undefined } };
    await bench.queue.enqueue('math', 'drop');
    await bench.started(jobs, ruby());
    await until(async () => (await counters('processed'))[0] === '1');
  });
});

test('the record of a job is of the form that Ruby writes, with its bytes kept', async () => {
  const payload = '{"class":"slow","args":[1.0,9007199254740993,[],{"b":1,"1":2},"\\u003c"]}';
  let end = (): void => {};
  const jobs = { slow: { perform: () => new Promise<void>((resolve) => (end = resolve)) } };
  const worker = await bench.worker(jobs, ruby());
  const job = next(worker, 'job');
  await bench.push('math', payload);
  await worker.start();
  await job;
  const record = await bench.server.redis.get(`resque:worker:${id}`);
  expect(record).toMatch(/^\{"queue":"math","run_at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",/);
  expect(record?.endsWith(`,"payload":${payload}}`)).toBe(true);
  expect(await bench.server.redis.get(`resque:worker:${id}:started`)).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000$/,
  );
  end();
});

test.each(['true', ' TRUE\n'])('pause-all-workers %j lets nobody take a job', async (word) => {
  await bench.server.redis.set('resque:pause-all-workers', word);
  await bench.queue.enqueue('math', 'add', [1, 2]);
  const worker = await bench.started({ add }, ruby({ timeout: 50 }));
  await next(worker, 'pause');
  expect(await bench.queue.length('math')).toBe(1);
  await bench.server.redis.set('resque:pause-all-workers', '1');
  await next(worker, 'success');
});

test('a worker that Ruby pruned is registered again by one of its next looks, with all its keys', async () => {
  await bench.started({ add }, ruby({ timeout: 50 }));
  // What Ruby's unregister_worker does.
  await bench.server.redis
    .multi()
    .srem('resque:workers', id)
    .del(`resque:worker:${id}`, `resque:worker:${id}:started`)
    .hdel('resque:workers:heartbeat', id)
    .exec();
  await until(async () => (await bench.server.redis.sismember('resque:workers', id)) === 1);
  await until(async () => (await heartbeat()) !== null);
  expect(await bench.server.redis.exists(`resque:worker:${id}:started`)).toBe(1);
});
