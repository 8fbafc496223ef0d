import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { JobLock, Retry } from '@reskue/plugins';
import { until } from '@reskue/testkit';
import { afterEach, expect, test } from 'vitest';
import { pluginBench } from './plugin-bench.test-kit.js';

const bench = pluginBench();
const jobs = {
  short: { plugins: [JobLock], perform: () => {} },
  retried: { plugins: [Retry, JobLock], perform: () => {} },
};

/** Enqueues jobs with these args, and starts a process that works them: only a process of its own claims ahead. */
async function working(args: (number | string)[], name: keyof typeof jobs = 'short'): Promise<ChildProcess> {
  const queue = await bench.queue(jobs);
  await queue.enqueueBulk(args.map((arg) => ({ queue: 'q', class: name, args: [arg] })));
  const script = fileURLToPath(new URL('./ahead-worker.mjs', import.meta.url));
  const child = fork(script, [bench.server.socket], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  children.push(child);
  return child;
}

const children: ChildProcess[] = [];
afterEach(() => {
  // One that is left over from a failure would take the jobs of the next test.
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});

async function told(child: ChildProcess): Promise<unknown> {
  child.send('tell');
  const [seen] = (await once(child, 'message')) as [unknown];
  return seen;
}

async function ended(child: ChildProcess): Promise<void> {
  child.send('end');
  await once(child, 'exit');
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const locksLeft = (): Promise<string[]> => bench.server.redis.keys('*lock*');
const callsOf = async (command: string): Promise<number> =>
  Number((await bench.server.redis.info('commandstats')).match(`cmdstat_${command}:calls=(\\d+)`)?.[1] ?? 0);
const areSettled = async (count: number): Promise<boolean> =>
  (await bench.server.redis.get('resque:stat:processed')) === String(count);
const isEmpty = async (): Promise<boolean> =>
  (await bench.server.redis.exists('resque:queue:q')) === 0 && (await locksLeft()).length === 0;

test('short jobs with a lock are claimed ahead, and settled together with their locks', async () => {
  const child = await working(numbers(4_000));
  await until(() => areSettled(4_000), { timeoutMs: 30_000 });
  await until(isEmpty);
  expect(await told(child)).toEqual({ runs: 4_000, refusals: 0, successes: 4_000 });
  // Else there is one for each lock, and one for each claim that went into a record: most came along with their claims.
  expect(await callsOf('set')).toBeLessThan(4_000);
  expect(await callsOf('msetnx')).toBeGreaterThan(0);
  await ended(child);
}, 45_000);

test('equal jobs of one worker run one after the other, though the settlement of the last is on its way', async () => {
  const child = await working([...numbers(200), ...numbers(400).map((at) => at % 2)]);
  await until(() => areSettled(600), { timeoutMs: 10_000 });
  await until(isEmpty);
  expect(await told(child)).toEqual({ runs: 600, refusals: 0, successes: 600 });
  await ended(child);
});

test('a process that is killed before it has settled what is done leaves no lock', async () => {
  // No two alike: an equal job would have to wait for the end of the lease.
  const others = numbers(1_000).map((number) => number + 1_000);
  const child = await working([...numbers(1_000), 'stop', ...others]);
  const exited = once(child, 'exit');
  await once(child.stdout!, 'data');
  child.kill('SIGKILL');
  await exited;
  expect((await locksLeft()).length).toBeGreaterThan(0);
  const worker = await bench.worker(jobs, { lease: 1_000 });
  await worker.start();
  await until(() => areSettled(2_001), { timeoutMs: 10_000 });
  await until(isEmpty);
  expect(await bench.server.redis.keys('resque:lease:*:locks')).toEqual([]);
  expect(await bench.server.redis.keys('resque:lease:*:brought')).toEqual([]);
  expect(await bench.server.redis.exists('resque:delayed_queue_schedule')).toBe(0);
});

test('behind a job that runs for a while the locks go back with their jobs, and its own gets an expiry', async () => {
  const child = await working([...numbers(500), 'wait', ...numbers(500).map((number) => number + 1_000)]);
  await once(child.stdout!, 'data');
  const lock = 'resque:workerslock:short:q:["wait"]';
  await until(async () => (await bench.server.redis.pttl(lock)) > 3_590_000, { timeoutMs: 4_000 });
  // On a machine that has much else to do it was not claimed ahead, and its lease has a list of the locks of such.
  const locks = (): Promise<string[]> => bench.server.redis.keys('resque:workerslock:*');
  await until(async () => (await locks()).length === 1, { timeoutMs: 4_000 });
  expect(await locks()).toEqual([lock]);
  await until(() => areSettled(1_001), { timeoutMs: 15_000 });
  await until(isEmpty);
  expect(await told(child)).toEqual({ runs: 1_001, refusals: 0, successes: 1_001 });
  await ended(child);
});

test('behind a job that blocks its process the locks go back with their jobs, too, for others to work', async () => {
  const child = await working([...numbers(500), 'block', ...numbers(100).map((number) => number + 1_000)]);
  await once(child.stdout!, 'data');
  // Of jobs that are done, and could not be settled since, they stay.
  const waiting = async (): Promise<string[]> =>
    (await bench.server.redis.keys('resque:workerslock:*')).filter((lock) => /:\[1\d{3}\]$/.test(lock));
  await until(async () => (await waiting()).length === 0, { timeoutMs: 4_000 });
  expect(await bench.server.redis.exists('resque:workerslock:short:q:["block"]')).toBe(1);
  const other = await working([]);
  await until(() => areSettled(601), { timeoutMs: 15_000 });
  await until(isEmpty);
  expect(await told(other)).toEqual({ runs: 100, refusals: 0, successes: 100 });
  for (const one of [child, other]) await ended(one);
});

test('failures of earlier runs are forgotten by jobs that were claimed ahead, too', async () => {
  const counters = [3, 700, 701].map((number) => `resque:resque-retry:retried:${number}`);
  for (const key of counters) await bench.server.redis.set(key, '0');
  const child = await working(numbers(1_000), 'retried');
  await until(() => areSettled(1_000), { timeoutMs: 10_000 });
  await until(isEmpty);
  expect(await bench.server.redis.keys('*retry*')).toEqual([]);
  expect(await told(child)).toEqual({ runs: 1_000, refusals: 0, successes: 1_000 });
  await ended(child);
});

test('jobs of a payload that another program wrote have the lock that they would have had', async () => {
  const texts = numbers(600).map((number) => `{"class":"short","queue":"q","args":[${number}.0]}`);
  await bench.queue(jobs);
  await bench.server.redis.sadd('resque:queues', 'q');
  await bench.server.redis.rpush('resque:queue:q', ...texts);
  // A like one is at work elsewhere.
  await bench.server.redis.set('resque:workerslock:short:q:[500]', '9999999999', 'EX', 100);
  const child = await working([]);
  await until(() => areSettled(599), { timeoutMs: 10_000 });
  await until(async () => (await locksLeft()).length === 1);
  expect(await told(child)).toEqual({ runs: 599, refusals: 1, successes: 599 });
  await ended(child);
});
