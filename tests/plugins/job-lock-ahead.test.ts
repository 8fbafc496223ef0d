import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { JobLock } from '@reskue/plugins';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { pluginBench } from './plugin-bench.test-kit.js';

const bench = pluginBench();
const jobs = { short: { plugins: [JobLock], perform: () => {} } };

/** Enqueues jobs with these args, and starts a process that works them: only a process of its own claims ahead. */
async function working(args: (number | string)[]): Promise<ChildProcess> {
  const queue = await bench.queue(jobs);
  await queue.enqueueBulk(args.map((arg) => ({ queue: 'q', class: 'short', args: [arg] })));
  const script = fileURLToPath(new URL('./ahead-worker.mjs', import.meta.url));
  return fork(script, [bench.server.socket], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
}

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
/** What was claimed ahead and has not begun has no lock yet. */
const areSettled = async (count: number): Promise<boolean> =>
  (await bench.server.redis.get('resque:stat:processed')) === String(count);
const isEmpty = async (): Promise<boolean> =>
  (await bench.server.redis.exists('resque:queue:q')) === 0 && (await locksLeft()).length === 0;

test('short jobs with a lock are claimed ahead, and settled together with their locks', async () => {
  const child = await working(numbers(1_000));
  await until(() => areSettled(1_000), { timeoutMs: 10_000 });
  await until(isEmpty);
  expect(await told(child)).toEqual({ runs: 1_000, refusals: 0, successes: 1_000 });
  // One for each lock, and one for each claim that went into a record.
  const sets = (await bench.server.redis.info('commandstats')).match(/cmdstat_set:calls=(\d+)/)?.[1];
  expect(Number(sets)).toBeLessThan(1_900);
  await ended(child);
});

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
  expect(await bench.server.redis.exists('resque:delayed_queue_schedule')).toBe(0);
});
