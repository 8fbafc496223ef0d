import { Queue } from '@reskue/queue';
import { redisServer, until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { readLedger } from './ledger.test-kit.js';
import { commandRunner, program, type RunningCommand } from './running-command.test-kit.js';

const kit = redisServer();
const reskue = commandRunner(() => ({ REDIS_URL: `unix://${kit.socket}` }));
const jobs = program('jobs.mjs');

async function enqueue(...calls: [name: string, ...args: unknown[]][]): Promise<void> {
  await using queue = new Queue({ connection: kit.connection });
  await queue.connect();
  for (const [name, ...args] of calls) await queue.enqueue('a', name, args);
}
const noted = (what: string): string[] =>
  readLedger(reskue.folder).flatMap((entry) => (entry.what === what ? [entry.id] : []));
const waiting = (): Promise<number> => kit.redis.llen('resque:queue:a');

/** With the first of two jobs in hand. */
async function busyWorker(ms: number, ...args: string[]): Promise<RunningCommand> {
  await enqueue(['succeed', 'first', ms], ['succeed', 'second', ms]);
  const work = reskue(['work', '-r', jobs, ...args]);
  await until(() => noted('started').length === 1, { timeoutMs: 10_000 });
  return work;
}

test('SIGTERM claims nothing more and waits for the job in hand', async () => {
  const work = await busyWorker(1_000);
  work.kill('SIGTERM');
  expect(await work.exited).toBe(0);
  expect(noted('finished')).toEqual(['first']);
  expect(await waiting()).toBe(1);
  expect(await kit.redis.smembers('resque:workers')).toEqual([]);
});

test.each([
  ['--term-timeout', '200ms'],
  ['RESQUE_TERM_TIMEOUT', '0.2'],
])('after %s a job goes back to its queue, unspent', async (name, value) => {
  await enqueue(['succeed', 'first', 60_000]);
  const args = name.startsWith('--') ? [name, value] : [];
  const work = reskue(['work', '-r', jobs, ...args], name.startsWith('--') ? {} : { [name]: value });
  await until(() => noted('started').length === 1, { timeoutMs: 10_000 });
  work.kill('SIGTERM');
  expect(await work.exited).toBe(0);
  expect(await waiting()).toBe(1);
  expect(await kit.redis.hlen('resque:recovered')).toBe(0);
  expect(await kit.redis.llen('resque:failed')).toBe(0);
});

test('a second SIGTERM puts the job in hand back at once', async () => {
  const work = await busyWorker(60_000);
  work.kill('SIGTERM');
  await work.logged('ending: running jobs are waited for');
  work.kill('SIGTERM');
  expect(await work.exited).toBe(143);
  expect(await waiting()).toBe(2);
});

test('so does the first SIGINT, with the code of that signal', async () => {
  const work = await busyWorker(60_000);
  work.kill('SIGINT');
  expect(await work.exited).toBe(130);
  expect(await waiting()).toBe(2);
  expect(await kit.redis.smembers('resque:workers')).toEqual([]);
});

test.each(['SIGTSTP', 'SIGUSR1'] as const)('%s quiets, SIGCONT resumes', async (signal) => {
  const work = await busyWorker(300);
  work.kill(signal);
  await work.logged('quiet: no more jobs are claimed until SIGCONT');
  await until(() => noted('finished').length === 1);
  await work.logged('done');
  expect(await waiting()).toBe(1);
  work.kill('SIGCONT');
  await until(() => noted('finished').length === 2);
  // There is no fleet whose processes could be replaced.
  work.kill('SIGUSR2');
  await work.logged('there is nothing to replace: start with --processes; SIGTSTP quiets');
  work.kill('SIGHUP');
  expect(await work.exited).toBe(0);
});

test('work waits for a Redis that is not there yet, says so, and can be ended meanwhile', async () => {
  await kit.server.kill();
  const work = reskue(['work', '-r', jobs]);
  const doomed = reskue(['work', '-r', jobs]);
  await work.logged('waiting for Redis');
  await doomed.logged('waiting for Redis');
  doomed.kill('SIGTERM');
  expect(await doomed.exited).toBe(0);
  await kit.restart();
  await work.logged('working');
  await enqueue(['succeed', 'first']);
  await until(() => noted('finished').length === 1);
});

test('--once and --drain do not wait for ever: 5', async () => {
  await kit.server.kill();
  const once = reskue(['work', '-r', jobs, '--once', '--timeout', '500ms']);
  const drain = reskue(['work', '-r', jobs, '--drain', '--timeout', '500ms']);
  expect(await Promise.all([once.exited, drain.exited])).toEqual([5, 5]);
  expect(once.stderr).toContain('Could not connect to Redis');
  await kit.restart();
});

test('it ends while Redis is away, too', { timeout: 40_000 }, async () => {
  const work = await busyWorker(1_000, '--lease', '1s');
  await kit.server.kill();
  work.kill('SIGTERM');
  await until(() => noted('finished').length === 1);
  expect(await work.exited).toBe(0);
  await kit.restart();
});

test('an outage is survived, and told in a few lines', async () => {
  const work = reskue(['work', '-r', jobs]);
  await work.logged('working');
  await kit.server.kill();
  await work.logged('error');
  await kit.restart();
  await enqueue(['succeed', 'first']);
  await until(() => noted('finished').length === 1, { timeoutMs: 10_000 });
  expect(work.log.filter(({ msg }) => msg === 'error').length).toBeLessThan(12);
});
