import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { isReskueError, Plugin, type Jobs } from '@reskue/core';
import { JobLock, Retry } from '@reskue/plugins';
import { until } from '@reskue/testkit';
import { describe, expect, test } from 'vitest';
import { next, pluginBench } from './plugin-bench.test-kit.js';

const bench = pluginBench();
const lockName = 'resque:workerslock:slow:q:[1]';

/** A job that tells how many of it ran at once. */
function watched(ms: number, options: object = {}, plugins: unknown[] = [JobLock]) {
  let running = 0;
  const seen = { most: 0, runs: 0 };
  const perform = async (): Promise<void> => {
    running += 1;
    seen.most = Math.max(seen.most, running);
    await sleep(ms);
    running -= 1;
    seen.runs += 1;
  };
  const jobs: Jobs = { slow: { plugins, pluginOptions: { JobLock: options }, perform } };
  return { jobs, seen };
}

/** A job that runs until it is told to end, with its plugins. */
function held(plugins: unknown[] = [JobLock], options: Jobs['slow']['pluginOptions'] = {}) {
  let end: (error?: Error) => void = () => {};
  const told = new Promise<void>((resolve, reject) => (end = (error) => (error ? reject(error) : resolve())));
  const jobs: Jobs = { slow: { plugins, pluginOptions: options, perform: () => told } };
  return { jobs, end };
}

const lockLeft = (): Promise<number> => bench.server.redis.exists(lockName);

/** Enqueues the job and waits until one worker runs it. */
async function running(jobs: Jobs, options = {}) {
  const queue = await bench.queue(jobs);
  const worker = await bench.worker(jobs, options);
  await queue.enqueue('q', 'slow', [1]);
  await worker.start();
  await until(() => bench.server.redis.exists(lockName));
  return { queue, worker };
}

test('8 equal jobs on 3 workers never run two at once, and all 8 run', async () => {
  const { jobs, seen } = watched(50, { enqueueTimeout: 100 });
  const queue = await bench.queue(jobs);
  await bench.scheduler();
  for (let n = 0; n < 8; n += 1) await queue.enqueue('q', 'slow', [1]);
  const workers = await Promise.all([1, 2, 3].map(() => bench.worker(jobs)));
  const failures: unknown[] = [];
  for (const worker of workers) worker.on('failure', (...given) => failures.push(given));
  await Promise.all(workers.map((worker) => worker.start()));
  await until(() => seen.runs === 8, { timeoutMs: 12_000 });
  expect(seen.most).toBe(1);
  expect(failures).toEqual([]);
  await until(async () => (await lockLeft()) === 0);
  expect(await queue.failedCount()).toBe(0);
});

test('jobs whose locks are asked for together go on each in its own async context', async () => {
  const tenants = new AsyncLocalStorage<unknown>();
  class Tenant extends Plugin {
    override beforePerform() {
      tenants.enterWith(this.args[0]);
      return true;
    }
  }
  const seen: unknown[] = [];
  const perform = (tenant: unknown) => void seen.push([tenant, tenants.getStore()]);
  const jobs: Jobs = { slow: { plugins: [Tenant, JobLock, Retry], perform } };
  const queue = await bench.queue(jobs);
  for (let tenant = 0; tenant < 8; tenant += 1) await queue.enqueue('q', 'slow', [tenant]);
  const connection = queue.connection;
  const workers = await Promise.all(Array.from({ length: 8 }, () => bench.worker(jobs, { connection })));
  await Promise.all(workers.map((worker) => worker.start()));
  await until(() => seen.length === 8);
  expect(seen.sort()).toEqual(Array.from({ length: 8 }, (_, tenant) => [tenant, tenant]));
  // The connection is the queue's.
  await Promise.all(workers.map((worker) => worker.end()));
});

test("the lock has node-resque's value and lockTimeout to live", async () => {
  const { jobs, end } = held([JobLock], { JobLock: { lockTimeout: 100 } });
  await running(jobs);
  const value = Number(await bench.server.redis.get(lockName));
  expect(value - Date.now() / 1_000).toBeGreaterThan(99);
  expect(value - Date.now() / 1_000).toBeLessThan(102);
  expect(await bench.server.redis.ttl(lockName)).toBe(100);
  end();
  await until(async () => (await lockLeft()) === 0);
});

test('two refusals in one second fail nobody, free nothing, and each leaves its own entry', async () => {
  const { jobs, end } = held();
  const { queue } = await running(jobs);
  const others = await Promise.all([bench.worker(jobs), bench.worker(jobs)]);
  const refused: unknown[][] = [];
  for (const other of others) other.on('reEnqueue', (...given) => refused.push(given));
  await queue.enqueue('q', 'slow', [1]);
  await queue.enqueue('q', 'slow', [1]);
  for (const other of others) await other.start();
  await until(() => refused.length === 2);
  expect(refused[0]).toEqual(['q', expect.objectContaining({ args: [1] }), { delay: 1001 }]);
  await until(async () => Object.values(await queue.allDelayed()).flat().length === 2);
  expect(await lockLeft()).toBe(1);
  expect(await queue.failedCount()).toBe(0);
  expect(await queue.stats()).toEqual({});
  end();
});

test('with reEnqueue false a duplicate is dropped', async () => {
  const { jobs, end } = held([JobLock], { JobLock: { reEnqueue: false } });
  const { queue } = await running(jobs);
  const other = await bench.worker(jobs);
  await queue.enqueue('q', 'slow', [1]);
  await other.start();
  await until(async () => (await queue.length('q')) === 0);
  await next(other, 'pause');
  expect(await queue.timestamps()).toEqual([]);
  expect(await queue.failedCount()).toBe(0);
  end();
});

test('a key of the application is used as it is, and a function is called once to take and once to release', async () => {
  const calls: unknown[] = [];
  function key(this: JobLock): string {
    calls.push([this.name, this.args]);
    return this.queueObject.connection.key('custom', Math.max(...(this.args as number[])));
  }
  const { jobs, seen } = watched(20, { key });
  const queue = await bench.queue(jobs);
  const worker = await bench.worker(jobs);
  await queue.enqueue('q', 'slow', [1, 7]);
  await worker.start();
  await until(() => bench.server.redis.exists('resque:custom:7'));
  await until(async () => (await bench.server.redis.exists('resque:custom:7')) === 0);
  expect(seen.runs).toBe(1);
  expect(calls).toEqual([
    ['JobLock', [1, 7]],
    ['JobLock', [1, 7]],
  ]);
});

describe('the lock is released when', () => {
  const refusing = class Refusing extends Plugin {
    override beforePerform = (): boolean => false;
  };
  const throwing = class Throwing extends Plugin {
    override beforePerform = (): never => {
      throw new Error('no');
    };
  };
  const throwingAfter = class ThrowingAfter extends Plugin {
    override afterPerform = (): never => {
      throw new Error('no');
    };
  };

  test.each([
    ['a later plugin refuses', [JobLock, refusing]],
    ['a later plugin throws', [JobLock, throwing]],
    ['an earlier plugin throws afterwards', [throwingAfter, JobLock]],
    ['the last retry fails, and Retry comes first', [Retry, JobLock]],
    ['the last retry fails, and Retry comes last', [JobLock, Retry]],
  ])('%s', async (_, plugins) => {
    const perform = (): never => {
      throw new Error('bad');
    };
    const jobs: Jobs = { slow: { plugins, perform } };
    const queue = await bench.queue(jobs);
    const worker = await bench.worker(jobs);
    const taken = next(worker, 'job');
    await queue.enqueue('q', 'slow', [1]);
    await worker.start();
    await taken;
    await next(worker, 'pause');
    expect(await lockLeft()).toBe(0);
    expect(await bench.server.redis.keys('*locks')).toEqual([]);
  });

  test('the job fails', async () => {
    const { jobs, end } = held();
    const { worker } = await running(jobs);
    end(new Error('bad'));
    await next(worker, 'failure');
    expect(await lockLeft()).toBe(0);
  });

  test('the worker does not wait for the job any longer', async () => {
    const { jobs } = held();
    const { queue, worker } = await running(jobs);
    await worker.end({ timeout: 10 });
    expect(await lockLeft()).toBe(0);
    expect(await queue.length('q')).toBe(1);
  });

  test('somebody takes the job away while it runs', async () => {
    const { jobs, end } = held();
    const { queue, worker } = await running(jobs);
    await queue.forceCleanWorker(worker.name);
    const lost = next(worker, 'claimLost');
    end();
    await lost;
    expect(await lockLeft()).toBe(0);
  });

  test('Redis refuses another part of the settlement', async () => {
    class Wrong extends Plugin {
      override onSettle(): void {
        this.settleWith('incr', [this.queueObject.connection.key('a-list')]);
      }
    }
    const { jobs, end } = held([JobLock, Wrong]);
    await bench.server.redis.rpush('resque:a-list', '1');
    const { worker } = await running(jobs);
    end();
    const [, , error] = await next(worker, 'failure');
    expect(isReskueError(error) && error.code).toBe('RESKUE_SETTLEMENT_REFUSED');
    expect(await lockLeft()).toBe(0);
  });
});

test('a lock is renewed while its job runs longer than lockTimeout', async () => {
  const { jobs, seen } = watched(1_200, { lockTimeout: 0.5, enqueueTimeout: 50 });
  const { queue } = await running(jobs);
  await bench.scheduler();
  await queue.enqueue('q', 'slow', [1]);
  const other = await bench.worker(jobs);
  await other.start();
  await until(() => seen.runs === 2, { timeoutMs: 10_000 });
  expect(seen.most).toBe(1);
});

test('a lock that a neighbour took after it lapsed is left to him, and its loss is told', async () => {
  const { jobs, end } = held([JobLock], { JobLock: { lockTimeout: 0.3 } });
  const { worker } = await running(jobs);
  const told = next(worker, 'error');
  await bench.server.redis.set(lockName, '4102444800', 'EX', 100);
  const [error, queueName, job] = await told;
  expect(isReskueError(error) && error.code).toBe('RESKUE_LOCK_LOST');
  expect([queueName, job]).toEqual(['q', { class: 'slow', queue: 'q', args: [1] }]);
  end();
  await next(worker, 'success');
  expect(await bench.server.redis.get(lockName)).toBe('4102444800');
});

test('inline it locks and releases, too', async () => {
  const { jobs, seen } = watched(1);
  const worker = await bench.worker(jobs);
  await worker.performInline('slow', [1]);
  expect(seen.runs).toBe(1);
  expect(await bench.keys()).toEqual([]);
});

test.each([{ lockTimeout: -1 }, { lockTimeout: 'soon' }, { key: 5 }])(
  'the options %j fail the job and name themselves',
  async (options) => {
    const { jobs } = watched(1, options);
    const queue = await bench.queue(jobs);
    const worker = await bench.worker(jobs);
    await queue.enqueue('q', 'slow', [1]);
    await worker.start();
    const [, , error] = await next(worker, 'failure');
    expect(String(error)).toContain(`JobLock option "${Object.keys(options).join('')}": expected`);
  },
);
