import { MultiWorker } from '@reskue/multi-worker';
import { Queue } from '@reskue/queue';
import { Scheduler } from '@reskue/scheduler';
import { startCluster, until, type RedisCluster } from '@reskue/testkit';
import { Worker } from '@reskue/worker';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

let cluster: RedisCluster;
let redis: ReturnType<RedisCluster['client']>;
let queue: Queue;
let ends: (() => Promise<unknown>)[] = [];
const namespace = '{resque}';
const jobs = {
  add: { perform: (a: number, b: number) => a + b },
  fail: { perform: () => Promise.reject(new Error('no')) },
};

beforeAll(async () => {
  cluster = await startCluster(3);
}, 60_000);
afterAll(() => cluster.stop());
beforeEach(async () => {
  redis = cluster.client();
  await until(() => redis.status === 'ready');
  for (const node of redis.nodes('master')) await node.flushall();
  queue = new Queue({ connection: { redis, namespace } }, jobs);
  await queue.connect();
});
afterEach(async () => {
  await Promise.all(ends.map((end) => end()));
  ends = [];
  await queue.end();
  redis.disconnect();
});

test('a namespace without a hash tag is refused at connect, with the remedy', async () => {
  const plain = new Queue({ connection: { redis } });
  await expect(plain.connect()).rejects.toMatchObject({ code: 'RESKUE_CLUSTER_NAMESPACE' });
});

test('jobs are enqueued, worked, failed, listed and sent again', async () => {
  const worker = new Worker({ connection: { redis, namespace }, queues: ['math'], name: 'host:1' }, jobs);
  ends.push(() => worker.end());
  const told: string[] = [];
  worker.on('success', (_, job) => told.push(`success ${job.class}`));
  worker.on('failure', (_, job) => told.push(`failure ${job.class}`));
  await worker.connect();
  await worker.start();
  await queue.enqueue('math', 'add', [1, 2]);
  await queue.enqueue('math', 'fail');
  await queue.enqueueBulk([1, 2, 3].map((number) => ({ queue: 'math', class: 'add', args: [number, 1] })));
  await until(() => told.length === 5);
  expect(told.filter((word) => word === 'failure fail')).toHaveLength(1);
  expect(await queue.stats()).toMatchObject({ processed: '4', failed: '1' });
  const [failed] = await queue.failed(0, -1);
  expect(failed).toMatchObject({ queue: 'math', error: 'no' });
  if (failed) await queue.retryAndRemoveFailed(failed);
  await until(() => told.length === 6);
  expect(await queue.workers()).toEqual({ 'host:1': 'math' });
});

test('delayed jobs are found, removed and promoted', async () => {
  const scheduler = new Scheduler({ connection: { redis, namespace }, timeout: 200 });
  ends.push(() => scheduler.end());
  await queue.enqueueIn(60_000, 'math', 'add', [9, 9]);
  expect(await queue.scheduledAt('math', 'add', [9, 9])).toHaveLength(1);
  expect(await queue.timestamps()).toHaveLength(1);
  expect(await queue.delDelayed('math', 'add', [9, 9])).toHaveLength(1);
  expect(await queue.timestamps()).toEqual([]);
  await queue.enqueueIn(10, 'math', 'add', [1, 2]);
  await scheduler.connect();
  await scheduler.start();
  await until(async () => (await queue.length('math')) === 1);
  expect(await queue.del('math', 'add', [1, 2])).toBe(1);
});

test('hundreds of delayed jobs of one second are promoted in their order', async () => {
  const scheduler = new Scheduler({ connection: { redis, namespace }, timeout: 200 });
  ends.push(() => scheduler.end());
  const at = Math.ceil(Date.now() / 1_000 + 1) * 1_000;
  const numbers = Array.from({ length: 400 }, (_, number) => number);
  for (const number of numbers) await queue.enqueueAt(at, 'math', 'add', [number, 0]);
  await scheduler.connect();
  await scheduler.start();
  await until(async () => (await queue.length('math')) === 400);
  expect((await queue.queued('math', 0, -1)).map(({ args }) => (args as number[])[0])).toEqual(numbers);
  const left = await Promise.all(redis.nodes('master').map((node) => node.keys('*timestamps:*')));
  expect(left.flat()).toEqual([]);
});

describe('a fleet', () => {
  test('of a MultiWorker works a thousand jobs, each once', async () => {
    const seen: number[] = [];
    const note = { perform: (number: number) => seen.push(number) };
    const multi = new MultiWorker(
      { connection: { redis, namespace }, queues: ['math'], minTaskProcessors: 10, maxTaskProcessors: 10 },
      { note },
    );
    ends.push(() => multi.end());
    await multi.start();
    await queue.enqueueBulk(
      Array.from({ length: 1_000 }, (_, number) => ({ queue: 'math', class: 'note', args: [number] })),
    );
    await until(() => seen.length === 1_000, { timeoutMs: 10_000 });
    expect(new Set(seen).size).toBe(1_000);
  });

  test('takes back the jobs of a process that died', async () => {
    const lease = 'host:9:dead';
    const payload = '{"class":"add","queue":"math","args":[1,2]}';
    const record = `{"queue":"math","run_at":"now","worker":"host:9","lease":"${lease}","claim":1,"payload":${payload}}`;
    await redis.set(`${namespace}:worker:host:9:math`, record);
    await redis.hset(`${namespace}:lease:${lease}`, 'host:9:math', 1, 'terms', '{}');
    await redis.sadd(`${namespace}:workers`, 'host:9:math');
    await redis.zadd(`${namespace}:leases`, Date.now() + 200, lease);
    const worker = new Worker(
      { connection: { redis, namespace }, queues: ['math'], name: 'host:1', lease: 1_000 },
      jobs,
    );
    ends.push(() => worker.end());
    let result: unknown;
    worker.on('success', (_, __, given: unknown) => (result = given));
    await worker.connect();
    await worker.start();
    await until(() => result === 3);
    expect(await queue.workers()).toEqual({ 'host:1': 'math' });
  });
});
