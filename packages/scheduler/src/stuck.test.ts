import { once } from 'node:events';
import { encodeLeaseTerms, register, runScript } from '@reskue/core/protocol';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { nodePayload, schedulerBench } from './scheduler-bench.test-kit.js';

const bench = schedulerBench();
const { keys } = bench;

/** A node-resque worker that was killed in the middle of a job, `age` seconds ago. */
async function deadNeighbour(name: string, queues: string, age: number): Promise<string> {
  const { redis } = bench.server;
  const time = (await bench.second()) - age;
  const id = `${name}:${queues}`;
  const payload: unknown = JSON.parse(nodePayload('stuck', 'oh no'));
  await redis.sadd(keys.workers, id);
  await redis.set(keys.started(id), time);
  await redis.set(keys.ping(name), JSON.stringify({ time, name, queues }));
  await redis.set(
    keys.record(id),
    JSON.stringify({ run_at: new Date().toString(), queue: 'math', worker: name, payload }),
  );
  return id;
}

async function takeLease(leaseId: string, workerId: string, leaseMs: number): Promise<void> {
  const terms = encodeLeaseTerms({ leaseMs, recovery: 'requeue', maxRecoveries: 3 });
  const reply = await runScript(
    bench.server.redis,
    register,
    { ...keys, lease: keys.lease(leaseId), looked: keys.leasesLooked },
    { id: leaseId, leaseMs, terms, startedText: '1', leasePrefix: keys.lease(''), now: '' },
    { keys: [keys.record(workerId), keys.started(workerId)], args: [workerId] },
  );
  expect(reply.workers).toEqual(['registered']);
}

test('a worker that pings no more is removed, its job goes to failed, and no key of it stays', async () => {
  await deadNeighbour('host:1', 'math,mail:out', 100);
  const scheduler = await bench.scheduler({ stuckWorkerTimeout: 60_000 });
  const cleaned = once(scheduler, 'cleanStuckWorker');
  await scheduler.poll();
  const [name, payload, delta] = await cleaned;
  expect(name).toBe('host:1');
  expect(payload).toMatchObject({
    worker: 'host:1',
    queue: 'math',
    error: 'Worker Timeout (killed manually)',
  });
  expect(delta).toBeGreaterThanOrEqual(100);
  expect((await bench.server.redis.keys('*')).filter((key) => key.includes('host:1'))).toEqual([]);
  expect(await bench.server.redis.llen(keys.failed)).toBe(1);
});

test('a worker that pinged lately stays, and so does one whose name has no ping', async () => {
  await deadNeighbour('host:1', 'math', 30);
  await bench.server.redis.sadd(keys.workers, 'ruby:7:math', 'odd');
  const scheduler = await bench.scheduler({ stuckWorkerTimeout: 60_000 });
  scheduler.on('cleanStuckWorker', () => expect.unreachable());
  await scheduler.poll();
  expect(await bench.server.redis.scard(keys.workers)).toBe(3);
});

test.each([false, 0] as const)('stuckWorkerTimeout %s looks at nobody', async (stuckWorkerTimeout) => {
  await deadNeighbour('host:1', 'math', 1e6);
  const scheduler = await bench.scheduler({ stuckWorkerTimeout });
  await scheduler.poll();
  expect(await bench.server.redis.scard(keys.workers)).toBe(1);
});

test('a worker that pings no more is stuck, also while its process holds a live lease', async () => {
  await takeLease('1@host:abc', 'host:1:math', 60_000);
  const time = (await bench.second()) - 1_000;
  await bench.server.redis.set(keys.ping('host:1'), JSON.stringify({ time, name: 'host:1', queues: 'math' }));
  const scheduler = await bench.scheduler({ stuckWorkerTimeout: 60_000 });
  const cleaned = once(scheduler, 'cleanStuckWorker');
  await scheduler.poll();
  expect((await cleaned)[0]).toBe('host:1');
  expect(await bench.server.redis.smembers(keys.workers)).toEqual([]);
});

test('nothing scans the database', async () => {
  await deadNeighbour('host:1', 'math', 100);
  await bench.server.redis.call('CONFIG', 'RESETSTAT');
  const scheduler = await bench.scheduler({ stuckWorkerTimeout: 60_000 });
  await scheduler.poll();
  const stats = await bench.server.redis.info('commandstats');
  expect(stats).not.toMatch(/cmdstat_(scan|keys):/);
});

test('retryStuckJobs sends the job back, and a failure without a stack stops nothing', async () => {
  await deadNeighbour('host:1', 'math', 100);
  await bench.server.redis.rpush(keys.failed, JSON.stringify({ payload: null, backtrace: null }), 'not JSON');
  const scheduler = await bench.scheduler({ stuckWorkerTimeout: 60_000, retryStuckJobs: true });
  scheduler.on('error', (error) => expect.unreachable(String(error)));
  await scheduler.poll();
  const [payload] = await bench.server.redis.lrange(keys.queue('math'), 0, -1);
  expect(JSON.parse(payload ?? '')).toEqual({ class: 'stuck', queue: 'math', args: ['oh no'] });
  expect(await bench.server.redis.llen(keys.failed)).toBe(2);
  await scheduler.poll();
  expect(await bench.server.redis.llen(keys.queue('math'))).toBe(1);
});

test('forceCleanWorker of a name that nobody knows is an error event with an Error', async () => {
  const scheduler = await bench.scheduler();
  const errors: unknown[] = [];
  const told: unknown[][] = [];
  scheduler.on('error', (error) => errors.push(error));
  scheduler.on('cleanStuckWorker', (...args) => told.push(args));
  await scheduler.forceCleanWorker('nobody', 7);
  expect(errors).toMatchObject([{ message: 'force-cleaning worker nobody, but cannot find queues' }]);
  expect(told).toEqual([['nobody', undefined, 7]]);
});

test('the jobs of a process whose lease ran out go back to their queue, without any worker alive', async () => {
  const scheduler = await bench.scheduler({ timeout: 60_000 });
  await takeLease('host:1:abc', 'host:1:math', 1_000);
  await bench.server.redis.set(
    keys.record('host:1:math'),
    `{"queue":"math","run_at":"now","worker":"host:1","lease":"host:1:abc","claim":1,"payload":${nodePayload('add', 1)}}`,
  );
  const recovered = once(scheduler, 'recovered');
  await scheduler.start();
  expect(await recovered).toEqual(['host:1:abc', 1, 0]);
  expect(await bench.server.redis.lrange(keys.queue('math'), 0, -1)).toEqual([nodePayload('add', 1)]);
  expect(await bench.server.redis.exists(keys.workers, keys.leases)).toBe(0);
});

test('the look at the leases is no standstill: it comes often enough, also when nothing is due for long', async () => {
  const scheduler = await bench.scheduler({ timeout: 60_000 });
  await scheduler.start();
  await once(scheduler, 'leader');
  const first = await until(() => bench.server.redis.get(keys.leasesLooked));
  const next = await until(
    async () => {
      const looked = await bench.server.redis.get(keys.leasesLooked);
      return looked !== first && looked;
    },
    { timeoutMs: 4_000 },
  );
  expect(Number(next) - Number(first)).toBeLessThan(5_000);
});
