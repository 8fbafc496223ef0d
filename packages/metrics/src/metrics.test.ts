import { once } from 'node:events';
import { Plugin } from '@reskue/core';
import { MultiWorker } from '@reskue/multi-worker';
import { Queue } from '@reskue/queue';
import { Scheduler } from '@reskue/scheduler';
import { redisServer, until } from '@reskue/testkit';
import { Worker } from '@reskue/worker';
import { afterEach, expect, test } from 'vitest';
import { createMetrics, mergeMetrics, type Metrics } from './index.js';

const server = redisServer();
const opened: { end(): Promise<void> }[] = [];
const stops: (() => void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  for (const one of opened.splice(0).reverse()) await one.end();
});

const jobs = {
  fine: { perform: async () => 'done' },
  bad: {
    perform: async () => {
      throw new Error('no');
    },
  },
};

async function opener<One extends { connect(): Promise<void>; end(): Promise<void> }>(
  one: One,
): Promise<One> {
  opened.push(one);
  await one.connect();
  return one;
}
const queueOf = (options = {}) => opener(new Queue({ connection: server.connection, ...options }, {}));

/** The value of a sample, by its line's beginning. */
async function sample(metrics: Metrics, line: string): Promise<number | undefined> {
  const { text } = await metrics.text();
  const found = text.split('\n').find((one) => one.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length));
}

test('jobs are counted and measured by queue and class; nothing once it is over', async () => {
  const metrics = createMetrics();
  const queue = await queueOf({ enqueuedAt: true });
  const worker = await opener(new Worker({ connection: server.connection, queues: ['q'] }, jobs));
  const stop = metrics.observe(worker);
  await queue.enqueue('q', 'fine', [1]);
  await queue.enqueue('q', 'bad');
  await queue.enqueue('q', 'unknown');
  await worker.start();
  await until(
    async () => (await sample(metrics, 'reskue_jobs_failed_total{queue="q",class="unknown"}')) === 1,
  );
  expect(await sample(metrics, 'reskue_jobs_processed_total{queue="q",class="fine"}')).toBe(1);
  expect(await sample(metrics, 'reskue_jobs_failed_total{queue="q",class="bad"}')).toBe(1);
  expect(await sample(metrics, 'reskue_job_run_seconds_count{queue="q",class="fine"}')).toBe(1);
  expect(await sample(metrics, 'reskue_job_wait_seconds_count{queue="q",class="fine"}')).toBe(1);
  expect(await sample(metrics, 'reskue_job_wait_seconds_sum{queue="q",class="fine"}')).toBeLessThan(10);
  expect(await sample(metrics, 'reskue_slots')).toBe(1);
  stop();
  expect(await sample(metrics, 'reskue_slots')).toBe(0);
  expect(worker.eventNames()).toEqual([]);
});

test('a run that is retried is no success, and without enqueued_at no wait is told', async () => {
  class Retrying extends Plugin {
    override afterPerform() {
      Reflect.deleteProperty(this.worker as object, 'error');
      this.redirect({ kind: 'retried', dueMs: Date.now() + 60_000 });
    }
  }
  const metrics = createMetrics();
  const queue = await queueOf();
  const worker = await opener(
    new Worker(
      { connection: server.connection, queues: ['q'] },
      { bad: { plugins: [Retrying], perform: jobs.bad.perform } },
    ),
  );
  stops.push(metrics.observe(worker));
  await queue.enqueue('q', 'bad');
  await worker.start();
  await until(
    async () => (await sample(metrics, 'reskue_job_run_seconds_count{queue="q",class="bad"}')) === 1,
  );
  expect(await sample(metrics, 'reskue_jobs_retried_total{queue="q",class="bad"}')).toBe(1);
  expect(await sample(metrics, 'reskue_jobs_processed_total{queue="q",class="bad"}')).toBeUndefined();
  expect(await sample(metrics, 'reskue_job_wait_seconds_count{queue="q",class="bad"}')).toBeUndefined();
});

test('a MultiWorker counts with all of its workers, and tells how many are busy', async () => {
  const metrics = createMetrics({ prefix: 'mine_' });
  const queue = await queueOf();
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const multi = new MultiWorker(
    { connection: server.connection, queues: ['q'], minTaskProcessors: 2, maxTaskProcessors: 2 },
    { wait: { perform: async () => gate } },
  );
  opened.push(multi);
  stops.push(metrics.observe(multi));
  for (const arg of [1, 2, 3]) await queue.enqueue('q', 'wait', [arg]);
  await multi.start();
  await until(async () => (await sample(metrics, 'mine_slots_busy')) === 2);
  expect(await sample(metrics, 'mine_slots')).toBe(2);
  release();
  await until(async () => (await sample(metrics, 'mine_jobs_processed_total{queue="q",class="wait"}')) === 3);
  await until(async () => {
    const late = await sample(metrics, 'mine_event_loop_delay_seconds{quantile="0.99"}');
    return late !== undefined && late >= 0 && late < 10;
  });
});

test('a scheduler tells what it promotes, and that it leads', async () => {
  const metrics = createMetrics();
  const queue = await queueOf();
  const scheduler = await opener(new Scheduler({ connection: server.connection }));
  stops.push(metrics.observe(scheduler));
  expect(await sample(metrics, 'reskue_scheduler_leading')).toBe(0);
  await queue.enqueueAt(1_000, 'q', 'fine');
  const promoted = once(scheduler, 'transferredJob');
  await scheduler.poll();
  await promoted;
  expect(await sample(metrics, 'reskue_scheduler_leading')).toBe(1);
  expect(await sample(metrics, 'reskue_jobs_promoted_total{queue="q",class="fine"}')).toBe(1);
});

test('leases, recoveries, blocks and errors are counted; one loss of a lease and one recovery count once', async () => {
  const metrics = createMetrics();
  const worker = new Worker({ connection: server.connection, queues: ['q'] }, jobs);
  const scheduler = new Scheduler({ connection: server.connection });
  opened.push(worker, scheduler);
  stops.push(metrics.observe(worker), metrics.observe(scheduler));
  worker.emit('leaseLost', 'a');
  worker.emit('leaseLost', 'a');
  worker.emit('leaseLost', 'b');
  worker.emit('claimLost', 'q', { class: 'fine', queue: 'q', args: [] });
  worker.emit('slow', 2_000);
  worker.emit('error', Object.assign(new Error('x'), { code: 'RESKUE_LOCK_LOST' }), '', {
    class: '',
    queue: '',
    args: [],
  });
  scheduler.emit('error', new Error('x'), '');
  scheduler.emit('recovered', 'lease', 3, 1);
  // All workers of a process tell of the same one.
  worker.emit('recovered', 'another', 2, 0);
  worker.emit('recovered', 'another', 2, 0);
  for (const [line, value] of [
    ['reskue_leases_lost_total', 2],
    ['reskue_jobs_lost_claims_total{queue="q",class="fine"}', 1],
    ['reskue_event_loop_blocks_total', 1],
    ['reskue_errors_total{code="RESKUE_LOCK_LOST"}', 1],
    ['reskue_errors_total{code="other"}', 1],
    ['reskue_recoveries_total', 2],
    ['reskue_jobs_recovered_total{to="queue"}', 5],
    ['reskue_jobs_recovered_total{to="failed"}', 1],
  ] as const)
    expect(await sample(metrics, line), line).toBe(value);
});

test('classes and queues beyond the cap are called other', async () => {
  const metrics = createMetrics({ maxClasses: 2, maxQueues: 1 });
  const worker = new Worker({ connection: server.connection, queues: ['q'] }, jobs);
  opened.push(worker);
  stops.push(metrics.observe(worker));
  for (const name of ['a', 'b', 'c', 'd', 'a'])
    worker.emit('success', `q${name}`, { class: name, queue: 'q', args: [] }, null, 1);
  expect(await sample(metrics, 'reskue_jobs_processed_total{queue="qa",class="a"}')).toBe(2);
  expect(await sample(metrics, 'reskue_jobs_processed_total{queue="other",class="b"}')).toBe(1);
  expect(await sample(metrics, 'reskue_jobs_processed_total{queue="other",class="other"}')).toBe(2);
});

test('the pages of several processes become one', async () => {
  const parts = [];
  for (const count of [1, 2]) {
    const metrics = createMetrics();
    const queue = await queueOf();
    const worker = new Worker({ connection: server.connection, queues: ['q'] }, jobs);
    opened.push(worker);
    stops.push(metrics.observe(worker), metrics.watch(queue));
    await server.redis.rpush('resque:failed', 'x');
    for (let at = 0; at < count; at += 1)
      worker.emit('success', 'q', { class: 'a', queue: 'q', args: [] }, null, 30);
    // As it goes from process to process.
    parts.push(JSON.parse(JSON.stringify(await metrics.json())) as unknown);
  }
  const { text, contentType } = await mergeMetrics([...parts, undefined, null]);
  expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(text).toContain('reskue_jobs_processed_total{queue="q",class="a"} 3\n');
  expect(text).toContain('reskue_job_run_seconds_bucket{le="0.05",queue="q",class="a"} 3\n');
  expect(text).toContain('reskue_slots 2\n');
  expect(text).toContain('reskue_failed_jobs 2\n');
});

test.each([
  [{ prefix: '1' }, /prefix/],
  [{ maxClasses: 0 }, /maxClasses/],
  [{ maxQueues: 1.5 }, /maxQueues/],
])('%j is refused', (options, message) => {
  expect(() => createMetrics(options)).toThrow(message);
});
