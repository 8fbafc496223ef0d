import type { Worker } from 'reskue';
import { describe, expect, test } from 'vitest';
import { bothWays, fleet, next, slowJob, until } from './fleet.test-kit.js';

const all = fleet();

/** A worker that has a job in hand, and what ends that. */
async function busy(whose: 'ours' | 'theirs', name: string) {
  const { slow, ends } = slowJob(all);
  const worker = await all.worker(whose, name, { slow });
  const job = next(worker, 'job');
  const queue = await all.queue(whose);
  await queue.enqueue('math', 'slow', ['é', [], 12345678901]);
  await worker.start();
  await job;
  await until(() => ends.length === 1);
  return { worker, ends };
}
const payload = { class: 'slow', queue: 'math' };

describe.each(bothWays)('$other cleans up after $one', ({ one, other }) => {
  test('sees who is idle and who is busy', async () => {
    await busy(one, 'host:1');
    const idle = await all.worker(one, 'host:2', {});
    await idle.start();
    const queue = await all.queue(other);
    await until(async () => (await queue.workers())['host:2'] === 'math');
    const working = await queue.allWorkingOn();
    expect(working['host:2']).toBe('started');
    expect(working['host:1']).toMatchObject({ queue: 'math', worker: 'host:1', payload });
  });

  test('forceCleanWorker: the job is in failed, the worker is gone, and its end settles nothing twice', async () => {
    const { worker, ends } = await busy(one, 'host:1');
    const queue = await all.queue(other);
    const entry = await queue.forceCleanWorker('host:1');
    expect(entry).toMatchObject({
      worker: 'host:1',
      queue: 'math',
      payload,
      error: 'Worker Timeout (killed manually)',
    });
    expect(await queue.failedCount()).toBe(1);
    expect(await queue.stats()).toMatchObject({ failed: '1' });
    const lost = one === 'ours' ? next(worker, 'claimLost') : Promise.resolve();
    ends[0]?.();
    await lost;
    await worker.end();
    expect(await queue.failedCount()).toBe(1);
    // node-resque counts such a job twice: as failed and as done.
    if (one === 'ours') expect((await queue.stats())['processed']).toBeUndefined();
  });

  test('a worker that was cleaned away goes on working', async () => {
    const { worker, ends } = await busy(one, 'host:1');
    const queue = await all.queue(other);
    await queue.forceCleanWorker('host:1');
    ends[0]?.();
    await queue.enqueue('math', 'slow', ['next']);
    await until(() => ends.length === 2);
    const end = next(worker, 'success');
    ends[1]?.();
    await end;
  });

  test('cleanOldWorkers', async () => {
    await busy(one, 'host:1');
    const queue = await all.queue(other);
    expect(await queue.cleanOldWorkers(60_000)).toEqual({});
    await until(async () => 'host:1' in (await queue.cleanOldWorkers(1)));
    expect((await queue.failed(0, 0))[0]).toMatchObject({ payload });
  });

  test('its scheduler finds a worker that pings no more, live lease or not', async () => {
    const { worker } = await busy(one, 'host:1');
    clearInterval(worker.pingTimer);
    const scheduler = await all.scheduler(other, { stuckWorkerTimeout: 1_000 });
    const cleaned = next(scheduler, 'cleanStuckWorker');
    await scheduler.start();
    const [name, entry, delta] = await cleaned;
    expect([name, entry]).toEqual([
      'host:1',
      expect.objectContaining({ worker: 'host:1', payload: expect.objectContaining(payload) as unknown }),
    ]);
    expect(delta).toBeGreaterThanOrEqual(1);
  });

  test('its scheduler leaves a worker alone that pings', async () => {
    await busy(one, 'host:1');
    const scheduler = await all.scheduler(other, { stuckWorkerTimeout: 2_000 });
    scheduler.on('cleanStuckWorker', (name) => expect.unreachable(name));
    const startedAt = Date.now();
    // Beyond the timeout: it pings every 100 ms.
    await until(async () => (await scheduler.poll(), Date.now() - startedAt > 3_000));
    expect(Object.keys(await (await all.queue(other)).workers())).toEqual(['host:1']);
  });

  test('retryStuckJobs sends back what was cleaned away', async () => {
    const { worker } = await busy(one, 'host:1');
    worker.running = false;
    const queue = await all.queue(other);
    await queue.forceCleanWorker('host:1');
    const back = await all.queue(one);
    await back.retryStuckJobs();
    expect(await back.failedCount()).toBe(0);
    expect(await queue.queued('math', 0, -1)).toMatchObject([payload]);
  });
});

test('the jobs of a worker of ours that dies are back before node-resque looks for it', async () => {
  const worker = await all.worker('theirs', 'host:9', {});
  await worker.start();
  const { redis } = all.server;
  const text = '{"class":"slow","queue":"math","args":[1.0,[]]}';
  // What a killed process of ours leaves: a lease that ran out, its worker, its record.
  await redis.zadd('resque:leases', 1, '1@host:dead');
  await redis.hset('resque:lease:1@host:dead', { terms: 'requeue 3', 'host:1:other': 1 });
  await redis.sadd('resque:workers', 'host:1:other');
  await redis.set('resque:worker:ping:host:1', JSON.stringify({ time: 1, name: 'host:1', queues: 'other' }));
  await redis.set(
    'resque:worker:host:1:other',
    `{"queue":"other","run_at":"now","worker":"host:1","lease":"1@host:dead","claim":1,"payload":${text}}`,
  );
  const scheduler = await all.scheduler('ours', { stuckWorkerTimeout: false });
  await scheduler.start();
  await until(async () => (await redis.llen('resque:queue:other')) === 1);
  expect(await redis.lrange('resque:queue:other', 0, -1)).toEqual([text]);
  await scheduler.end();
  const theirs = await all.scheduler('theirs', { stuckWorkerTimeout: 1_000 });
  theirs.on('cleanStuckWorker', (name) => expect.unreachable(name));
  await theirs.poll();
  expect(Object.keys(await (await all.queue('theirs')).workers())).toEqual(['host:9']);
});

test('a worker of all queues is found by node-resque, however many queues come', async () => {
  const worker: Worker = await all.worker('ours', 'host:1', {}, { queues: ['*'] });
  await worker.start();
  const queue = await all.queue('theirs');
  expect(await queue.workers()).toEqual({ 'host:1': '*' });
  await queue.enqueue('brand-new', 'nothing');
  await next(worker, 'failure');
  expect(await queue.workers()).toEqual({ 'host:1': '*' });
  await queue.forceCleanWorker('host:1');
  expect((await all.server.redis.keys('*')).filter((key) => key.startsWith('resque:worker:host:1'))).toEqual(
    [],
  );
});
