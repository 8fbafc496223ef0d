import type { Jobs } from '@reskue/core';
import { Retry, type RetryOptions } from '@reskue/plugins';
import { until } from '@reskue/testkit';
import { describe, expect, test } from 'vitest';
import { next, pluginBench } from './plugin-bench.test-kit.js';

const bench = pluginBench();
const counter = 'resque:resque-retry:bad:1-2';
const failure = 'resque:failure-resque-retry:bad:1-2';

/** A job that fails each time, and what it was given. */
function failing(options: RetryOptions = {}) {
  const runs: unknown[][] = [];
  const jobs: Jobs = {
    bad: {
      plugins: [Retry],
      pluginOptions: { Retry: { ...options } },
      perform: (...args: unknown[]) => {
        runs.push(args);
        throw new Error('bad');
      },
    },
  };
  return { jobs, runs };
}

/** The named events of a worker and what came with them, in order. */
function record(worker: object, ...names: string[]): [string, ...unknown[]][] {
  const told: [string, ...unknown[]][] = [];
  // A Worker is an emitter, with narrower types.
  for (const name of names)
    (worker as NodeJS.EventEmitter).on(name, (...given: unknown[]) => told.push([name, ...given]));
  return told;
}

async function working(jobs: Jobs, ...args: unknown[][]) {
  const queue = await bench.queue(jobs);
  const worker = await bench.worker(jobs);
  for (const each of args) await queue.enqueue('q', 'bad', each);
  return { queue, worker };
}

const one = (text: string): Promise<string | null> => bench.server.redis.get(text);

test('retryLimit 3 runs a job three times, with a success for each retry and one failure', async () => {
  const { jobs, runs } = failing({ retryLimit: 3, retryDelay: 10 });
  const { queue, worker } = await working(jobs, [1, 2]);
  const told = record(worker, 'success', 'failure', 'retry');
  await bench.scheduler();
  await worker.start();
  await next(worker, 'failure');
  expect(told.map(([name]) => name)).toEqual(['retry', 'success', 'retry', 'success', 'failure']);
  expect(runs).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  expect(await queue.failedCount()).toBe(1);
  expect(await bench.server.redis.exists(counter, failure)).toBe(0);
  expect(await queue.stats()).toMatchObject({ processed: '0', failed: '3' });
});

test("after the first failure everything is where node-resque's users look", async () => {
  const { jobs } = failing({ retryLimit: 2, retryDelay: 60_000 });
  const { queue, worker } = await working(jobs, [1, 2]);
  await worker.start();
  const begunAt = Date.now();
  const [, job, result] = await next(worker, 'success');
  expect(job).toEqual({ class: 'bad', queue: 'q', args: [1, 2] });
  expect(result).toBeUndefined();
  expect(await one(counter)).toBe('0');
  expect(JSON.parse((await one(failure)) ?? '')).toEqual({
    failed_at: expect.stringMatching(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/),
    payload: [1, 2],
    exception: 'Error: bad',
    error: 'Error: bad',
    backtrace: expect.arrayContaining(['Error: bad']),
    worker: 'bad',
    queue: 'q',
  });
  const totals = ['processed', 'failed', `processed:${worker.name}`, `failed:${worker.name}`];
  expect(await Promise.all(totals.map((name) => one(`resque:stat:${name}`)))).toEqual(['0', '1', '0', '1']);
  const [due = 0] = await queue.scheduledAt('q', 'bad', [1, 2]);
  expect(Math.abs(due - begunAt / 1_000 - 60)).toBeLessThan(2);
  expect(await queue.failedCount()).toBe(0);
});

test('reEnqueue and retry tell what is to come', async () => {
  const { jobs } = failing({ retryLimit: 3, retryDelay: 60_000 });
  const { worker } = await working(jobs, [1, 2]);
  const told = record(worker, 'reEnqueue', 'retry');
  await worker.start();
  await next(worker, 'success');
  const [[, , job, info] = [], [, ...retry] = []] = told;
  expect(job).toMatchObject({ args: [1, 2], plugins: [Retry] });
  expect(info).toEqual({ delay: 60_000, remainingAttempts: 2, err: new Error('bad') });
  expect(retry.slice(0, 3)).toEqual(['q', { class: 'bad', queue: 'q', args: [1, 2] }, new Error('bad')]);
  expect(Math.abs(Number(retry[3]) - Date.now() - 60_000)).toBeLessThan(2_000);
});

test('the counter outlives the wait for the retry: a delay of 1 ms does not retry for ever', async () => {
  const { jobs, runs } = failing({ retryLimit: 3, retryDelay: 1 });
  const { worker } = await working(jobs, [1, 2]);
  await worker.start();
  await next(worker, 'success');
  expect(await bench.server.redis.ttl(counter)).toBeGreaterThan(3_600);
  await bench.scheduler();
  await next(worker, 'failure');
  expect(runs).toHaveLength(3);
});

test.each([
  [1_000, 43_201],
  [60_000, 43_260],
])('with a delay of %i ms the keys live for %i seconds', async (retryDelay, seconds) => {
  const { jobs } = failing({ retryLimit: 2, retryDelay });
  const { worker } = await working(jobs, [1, 2]);
  await worker.start();
  await next(worker, 'success');
  expect(await bench.server.redis.ttl(counter)).toBe(seconds);
  expect(await bench.server.redis.ttl(failure)).toBe(seconds);
});

describe('the counter belongs to the job:', () => {
  const all = async (): Promise<(string | null)[]> => {
    const keys = (await bench.keys()).filter((key) => key.startsWith('resque:resque-retry:'));
    return bench.server.redis.mget(...keys);
  };

  test.each([
    [['a-b'], ['a', 'b']],
    [[1], ['1']],
    [['a b'], ['ab']],
    [[null], ['null']],
  ])('%j and %j count for themselves', async (first, second) => {
    const { jobs, runs } = failing({ retryLimit: 2, retryDelay: 1 });
    const { worker } = await working(jobs, first, second);
    const told = record(worker, 'success', 'failure');
    await worker.start();
    await until(() => told.length === 2);
    expect(await all()).toEqual(['0', '0']);
    await bench.scheduler();
    await until(() => told.length === 4);
    expect(runs).toHaveLength(4);
    expect(told.map(([name]) => name)).toEqual(['success', 'success', 'failure', 'failure']);
    expect(await all().catch(() => [])).toEqual([]);
  });

  test('also when they fail for the first time at the same moment', async () => {
    const { jobs } = failing({ retryLimit: 5, retryDelay: 60_000 });
    const workers = await Promise.all(Array.from({ length: 8 }, () => bench.worker(jobs)));
    const queue = await bench.queue(jobs);
    for (let n = 0; n < 4; n += 1) {
      await queue.enqueue('q', 'bad', ['a-b']);
      await queue.enqueue('q', 'bad', ['a', 'b']);
    }
    const told = workers.map((worker) => record(worker, 'success'));
    await Promise.all(workers.map((worker) => worker.start()));
    await until(() => told.flat().length === 8);
    expect(await all()).toEqual(['3', '3']);
  });

  test('one that is done does not make the other forget', async () => {
    const { jobs } = failing({ retryLimit: 3, retryDelay: 60_000 });
    jobs['bad']!.perform = (...args: unknown[]) => {
      if (args.length === 1) throw new Error('bad');
    };
    const { worker } = await working(jobs, ['a-b'], ['a', 'b']);
    const told = record(worker, 'success');
    await worker.start();
    await until(() => told.length === 2);
    expect(await all()).toEqual(['0']);
  });

  test('what node-resque has counted counts', async () => {
    const { jobs, runs } = failing({ retryLimit: 3, retryDelay: 1 });
    const { worker } = await working(jobs, [1, 2]);
    await bench.server.redis.set(counter, '1');
    await bench.server.redis.set(failure, '{"failed_at":"x","payload":[1,2],"exception":"Error: bad"}');
    await worker.start();
    await next(worker, 'failure');
    expect(runs).toHaveLength(1);
    expect(await all().catch(() => [])).toEqual([]);
  });
});

test('a success forgets the failures', async () => {
  const { jobs, runs } = failing({ retryLimit: 3, retryDelay: 1 });
  const perform = jobs['bad']!.perform;
  jobs['bad']!.perform = (...args: unknown[]) => (runs.length === 0 ? (perform(...args) as unknown) : 'fine');
  const { worker } = await working(jobs, [1, 2]);
  await bench.scheduler();
  const told = record(worker, 'success');
  await worker.start();
  await until(() => told.length === 2);
  expect(told[1]?.[3]).toBe('fine');
  expect(await bench.server.redis.exists(counter, failure)).toBe(0);
});

test('the retry and the end of the run are one step: a process that was declared dead leaves nothing', async () => {
  const { jobs } = failing({ retryLimit: 3, retryDelay: 1 });
  const { queue, worker } = await working(jobs, [1, 2]);
  let lost: Promise<unknown> = Promise.resolve();
  // Over the worker's own connection: there it comes before the settlement.
  worker.once('reEnqueue', () => (lost = worker.connection.redis.del('resque:leases')));
  await worker.start();
  await next(worker, 'leaseLost');
  await lost;
  expect(await bench.server.redis.exists(counter)).toBe(0);
  expect(await queue.timestamps()).toEqual([]);
  expect(await queue.failedCount()).toBe(0);
});

test('the definition that all jobs of a class share is not changed', async () => {
  const { jobs } = failing({ retryLimit: 2, retryDelay: 60_000 });
  const before = { ...jobs['bad'], pluginOptions: structuredClone(jobs['bad']!.pluginOptions) };
  const { worker } = await working(jobs, [1, 2]);
  await worker.start();
  await next(worker, 'success');
  expect(jobs['bad']).toEqual(before);
});

test('a job that changes its args is counted under those that it was given', async () => {
  const { jobs } = failing({ retryLimit: 2, retryDelay: 60_000 });
  jobs['bad']!.perform = (arg: { list: number[] }) => {
    arg.list.push(Math.random());
    throw new Error('bad');
  };
  const { worker } = await working(jobs, [{ list: [] }]);
  await worker.start();
  await next(worker, 'success');
  expect(await one('resque:resque-retry:bad:{"list":[]}')).toBe('0');
});

test('keepFailures leaves each failed attempt in failed', async () => {
  const { jobs } = failing({ retryLimit: 2, retryDelay: 1, keepFailures: true });
  const { queue, worker } = await working(jobs, [1, 2]);
  await bench.scheduler();
  await worker.start();
  await next(worker, 'failure');
  expect((await queue.failed(0, -1)).map(({ payload, error }) => [payload.args, error])).toEqual([
    [[1, 2], 'bad'],
    [[1, 2], 'bad'],
  ]);
});

test('whatever a job throws, it is tried again', async () => {
  const { jobs } = failing({ retryLimit: 2, retryDelay: 60_000 });
  jobs['bad']!.perform = () => {
    throw undefined;
  };
  const { worker } = await working(jobs, [1, 2]);
  await worker.start();
  await next(worker, 'retry');
  expect(await one(counter)).toBe('0');
});

test('inline a job is not tried again: its error is thrown, and nothing is left', async () => {
  const { jobs } = failing({ retryLimit: 3 });
  const worker = await bench.worker(jobs);
  await expect(worker.performInline('bad', [1, 2])).rejects.toThrow('bad');
  expect(await bench.keys()).toEqual([]);
});

test.each([
  { retryDelay: -1 },
  { retryLimit: 'many' },
  { backoffStrategy: 'linear' },
  { backoffStrategy: ['x'] },
])('the options %j are refused when a job is enqueued', async (options) => {
  const { jobs } = failing(options as RetryOptions);
  const queue = await bench.queue(jobs);
  await expect(queue.enqueue('q', 'bad', [1])).rejects.toThrow(
    `Retry option "${Object.keys(options).join('')}": expected`,
  );
});
