import { spawn } from 'node:child_process';
import { currentJob, Worker } from '@reskue/worker';
import { claimOf, membersOf, Plugin, type Jobs } from '@reskue/core';
import { JobLock, QueueLock, Retry } from '@reskue/plugins';
import { Queue } from '@reskue/queue';
import { Scheduler } from '@reskue/scheduler';
import { redisServer, until } from '@reskue/testkit';
import { bin } from './operate-files.test-kit.js';
import { afterEach, describe, expect, test } from 'vitest';

const server = redisServer();
const opened: { end(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.end();
});
async function open<One extends { connect(): Promise<void>; end(): Promise<void> }>(one: One): Promise<One> {
  opened.push(one);
  await one.connect();
  return one;
}
const list = (key: string) => server.redis.lrange(`resque:${key}`, 0, -1);

class Tagged extends Plugin {
  override payloadMembers() {
    return { tag: 'ä "]}' };
  }
}

describe.each(['node', 'ruby'] as const)('members beside the args, in dialect %s', (dialect) => {
  const connection = () => ({ ...server.connection, dialect });
  const queueOf = (jobs: Jobs) => open(new Queue({ connection: connection(), enqueuedAt: true }, jobs));
  const workerOf = (jobs: Jobs, options = {}) =>
    open(new Worker({ connection: connection(), queues: ['q'], ...options }, jobs));
  const fail = async (): Promise<never> => {
    throw new Error('no');
  };

  test('a run reads them, in its plugins and in itself', async () => {
    const seen: unknown[] = [];
    class Reading extends Plugin {
      override beforePerform() {
        seen.push(membersOf(claimOf(this)?.payload ?? ''));
      }
    }
    const perform = async () => seen.push(Reflect.get(currentJob()?.job ?? {}, 'tag'));
    const jobs = { job: { plugins: [Tagged, Reading], perform } };
    await (await queueOf(jobs)).enqueue('q', 'job', [1]);
    await (await workerOf(jobs)).start();
    await until(() => seen.length === 2);
    expect(seen).toEqual([{ enqueued_at: expect.any(Number) as number, tag: 'ä "]}' }, 'ä "]}']);
  });

  test('failed, retried by hand, and failed again: byte for byte', async () => {
    const jobs = { job: { plugins: [Tagged], perform: fail } };
    const queue = await queueOf(jobs);
    await queue.enqueue('q', 'job', [{ a: 1 }]);
    const [payload = ''] = await list('queue:q');
    expect(payload).toContain(',"enqueued_at":');
    const worker = await workerOf(jobs);
    await worker.start();
    await until(async () => (await queue.failedCount()) === 1);
    await worker.end();
    expect((await list('failed'))[0]).toContain(`"payload":${payload}`);
    const [failure] = await queue.failed();
    if (failure === undefined) throw new Error('it is there');
    expect(await queue.retryAndRemoveFailed(failure)).toBe(true);
    expect(await list('queue:q')).toEqual([payload]);
  });

  test('tried again later, found while delayed, promoted: with all that it had', async () => {
    const jobs = {
      job: {
        plugins: [Tagged, Retry],
        pluginOptions: { Retry: { retryLimit: 3, retryDelay: 60_000 } },
        perform: fail,
      },
    };
    const queue = await queueOf(jobs);
    await queue.enqueue('q', 'job', ['x']);
    const [payload = ''] = await list('queue:q');
    const worker = await workerOf(jobs);
    await worker.start();
    await until(async () => (await queue.scheduledAt('q', 'job', ['x'])).length === 1);
    await worker.end();
    const [second = 0] = await queue.scheduledAt('q', 'job', ['x']);
    const [delayed = ''] = await list(`delayed:${second}`);
    expect(membersOf(delayed)).toEqual(membersOf(payload));
    expect(delayed.replace(',"queue":"q"', '')).toBe(payload.replace(',"queue":"q"', ''));
    expect(await queue.delDelayed('q', 'job', ['x'])).toEqual([second]);
    expect((await server.redis.keys('*')).filter((key) => /timestamps|delayed/.test(key))).toEqual([]);
  });

  test('promoted, nothing of the delay is left, and the bytes are the same', async () => {
    const queue = await queueOf({ job: { plugins: [Tagged], perform: fail } });
    await queue.enqueueIn(30, 'q', 'job', ['x']);
    const key = (await server.redis.keys('resque:delayed:*'))[0] ?? '';
    const delayed = await server.redis.lrange(key, 0, -1);
    const scheduler = await open(new Scheduler({ connection: connection() }));
    await scheduler.start();
    await until(async () => (await list('queue:q')).length === 1);
    expect(await list('queue:q')).toEqual(delayed);
    expect((await server.redis.keys('*')).filter((name) => /timestamps|delayed:|due$/.test(name))).toEqual(
      [],
    );
  });

  test('locks are of the job, whatever stands beside it', async () => {
    let running = 0;
    let most = 0;
    const perform = async () => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
      running -= 1;
    };
    let number = 0;
    class Numbered extends Plugin {
      override payloadMembers() {
        return { number: (number += 1) };
      }
    }
    const locked = { plugins: [Numbered, QueueLock], perform };
    const queue = await queueOf({ locked, alone: { plugins: [Numbered], perform } });
    expect(await queue.enqueue('q', 'locked', [1])).toBe(true);
    expect(await queue.enqueue('q', 'locked', [1])).toBe(false);
    expect(await queue.del('q', 'locked', [1])).toBe(1);
    await queue.enqueueBulk([1, 2, 3].map(() => ({ queue: 'q', class: 'alone', args: ['same'] })));
    const pluginOptions = { JobLock: { reEnqueue: true, enqueueTimeout: 1 } };
    const jobs = { alone: { plugins: [JobLock], pluginOptions, perform } };
    const scheduler = await open(new Scheduler({ connection: connection() }));
    await scheduler.start();
    const workers = await Promise.all([1, 2, 3].map((at) => workerOf(jobs, { name: `host:${at}` })));
    for (const worker of workers) await worker.start();
    await until(async () => (await queue.stats())['processed'] === '3', { timeoutMs: 10_000 });
    expect(most).toBe(1);
  });

  test('given back by a worker that stops: byte for byte, at the front', async () => {
    const queue = await queueOf({ job: { plugins: [Tagged], perform: fail } });
    await queue.enqueue('q', 'job', [1]);
    const before = await list('queue:q');
    let release: () => void = () => undefined;
    const jobs = { job: { perform: () => new Promise<void>((resolve) => (release = resolve)) } };
    const worker = await workerOf(jobs);
    await worker.start();
    await until(async () => (await list('queue:q')).length === 0);
    await worker.end({ timeout: 1 });
    expect(await list('queue:q')).toEqual(before);
    release();
  });

  test('taken back from a killed process: byte for byte', { timeout: 30_000 }, async () => {
    const queue = await queueOf({ hang: { plugins: [Tagged], perform: fail } });
    await queue.enqueue('q', 'hang', [1]);
    const before = await list('queue:q');
    const words = [
      'work',
      '-r',
      'tests/operate/fixtures/count-jobs.mjs',
      '-q',
      'q',
      '--lease',
      '1s',
      '--dialect',
      dialect,
    ];
    const env = { ...process.env, REDIS_URL: `unix://${server.connection.path}` };
    const child = spawn(process.execPath, [bin, ...words], { env, stdio: 'ignore' });
    await until(async () => (await list('queue:q')).length === 0, { timeoutMs: 10_000 });
    child.kill('SIGKILL');
    const scheduler = await open(new Scheduler({ connection: connection() }));
    await scheduler.start();
    await until(async () => (await list('queue:q')).length === 1, { timeoutMs: 20_000 });
    expect(await list('queue:q')).toEqual(before);
  });
});
