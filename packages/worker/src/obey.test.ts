import { runScript, steer, type LeaseOrder } from '@reskue/core/protocol';
import { expect, test } from 'vitest';
import type { Worker } from './worker.js';
import { next, record, until, workerBench } from './worker-bench.test-kit.js';

const bench = workerBench();
const lease = 1_000;
let release = (): void => undefined;
const jobs = {
  done: { perform: () => 'done' },
  held: { perform: () => new Promise<void>((resolve) => (release = resolve)) },
};
const started = (name = 'host:1'): Promise<Worker> => bench.started(jobs, { name, lease, timeout: 60_000 });

const leaseId = async (): Promise<string> =>
  (await bench.server.redis.zrange('resque:leases', '0', '-1'))[0]!;
async function order(word: LeaseOrder): Promise<void> {
  const id = await leaseId();
  const keys = { leases: 'resque:leases', lease: `resque:lease:${id}` };
  const reply = await runScript(bench.server.redis, steer, keys, { id, order: word, now: '' });
  expect(reply.status).toBe('told');
}

test('quiet: nothing more is claimed, until told to go on', async () => {
  const worker = await started();
  const told = record(worker, 'control');
  await order('quiet');
  await next(worker, 'control');
  expect(worker.paused).toBe(true);
  await bench.queue.enqueue('math', 'done');
  const [succeeded, resumed] = [next(worker, 'success'), next(worker, 'control')];
  await order('');
  await resumed;
  await succeeded;
  expect(told).toEqual([
    ['control', 'quiet'],
    ['control', 'resume'],
  ]);
});

test('a pause of the application stays when the order is taken back', async () => {
  const worker = await started();
  worker.pause();
  await order('quiet');
  await next(worker, 'control');
  await order('');
  await next(worker, 'control');
  expect(worker.paused).toBe(true);
});

test('stop: the job in hand ends, the worker leaves, and the process goes on', async () => {
  const worker = await started();
  await bench.queue.enqueue('math', 'held');
  await next(worker, 'job');
  await bench.queue.enqueue('math', 'done');
  const told = record(worker, 'control', 'success', 'end');
  const ended = next(worker, 'end');
  await order('stop');
  await next(worker, 'control');
  release();
  await ended;
  expect(told.map(([name]) => name)).toEqual(['control', 'success', 'end']);
  expect(await bench.queue.length('math')).toBe(1);
  expect(await bench.server.redis.exists('resque:leases', 'resque:workers')).toBe(0);
});

test('whoever joins a quiet process is quiet, and told so by the first order after it', async () => {
  const first = await started();
  await order('quiet');
  await next(first, 'control');
  const second = await started('host:2');
  const told = record(second, 'control');
  expect(second.paused).toBe(true);
  await bench.queue.enqueue('math', 'done');
  const succeeded = Promise.race([next(first, 'success'), next(second, 'success')]);
  await order('');
  await succeeded;
  expect(told).toEqual([['control', 'resume']]);
  expect(second.paused).toBe(false);
});

test('a worker that was ended while it was quiet works when it is started again', async () => {
  const worker = await started();
  await order('quiet');
  await next(worker, 'control');
  await worker.end();
  await worker.connect();
  await worker.start();
  await bench.queue.enqueue('math', 'done');
  await next(worker, 'success');
});

test('a quiet process that loses its lease stays quiet, and its new lease tells so', async () => {
  const worker = await started();
  const told = record(worker, 'control', 'success');
  await order('quiet');
  await next(worker, 'control');
  const before = await leaseId();
  const lost = next(worker, 'leaseLost');
  await bench.server.redis.del('resque:leases', `resque:lease:${before}`);
  await lost;
  await until(async () => {
    const id = await leaseId();
    return (await bench.server.redis.hget(`resque:lease:${id}`, 'control')) === 'quiet';
  });
  expect(await leaseId()).not.toBe(before);
  expect(told).toEqual([['control', 'quiet']]);
  await order('');
  await next(worker, 'control');
  expect(worker.paused).toBe(false);
});

test('a worker tells of the dead whose jobs its process took back', async () => {
  const record = (claim: number, payload: string) =>
    `{"queue":"math","run_at":"x","worker":"gone:${claim}","lease":"L","claim":${claim},"payload":${payload}}`;
  await bench.server.redis
    .multi()
    .zadd('resque:leases', Date.now() + 500, 'L')
    .hset('resque:lease:L', 'terms', '{}', 'gone:1:math', 1, 'gone:2:math', 2)
    .set('resque:worker:gone:1:math', record(1, '{"class":"done","args":[]}'))
    .exec();
  const worker = await started();
  const [recovered, succeeded] = [next(worker, 'recovered'), next(worker, 'success')];
  expect(await recovered).toEqual(['L', 1, 0]);
  await succeeded;
});
