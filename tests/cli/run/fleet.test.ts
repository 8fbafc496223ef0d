import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from '@reskue/queue';
import { redisServer, until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { countOf, readLedger } from './ledger.test-kit.js';
import { commandRunner, program, type RunningCommand } from './running-command.test-kit.js';

const kit = redisServer();
const reskue = commandRunner(() => ({ REDIS_URL: `unix://${kit.socket}` }));
const jobs = program('jobs.mjs');
const slow = { timeoutMs: 30_000 };

async function enqueue(count: number, ms: number): Promise<void> {
  await using queue = new Queue({ connection: kit.connection });
  await queue.connect();
  const all = Array.from({ length: count }, (_, index) => ({
    queue: 'a',
    class: 'succeed',
    args: [`job-${index}`, ms],
  }));
  for (let from = 0; from < count; from += 1_000) await queue.enqueueBulk(all.slice(from, from + 1_000));
}

/** A fleet of which every process works. */
async function fleet(processes: number, ...args: string[]): Promise<RunningCommand> {
  const command = reskue(['work', '-r', jobs, '-q', 'a', '--processes', String(processes), ...args]);
  await command.logged('working', { count: processes, ...slow });
  return command;
}

/** The processes by their lines in the log. */
const started = (command: RunningCommand): number[] =>
  command.log.flatMap(({ msg, child }) => (msg === 'process started' ? [Number(child)] : []));
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const workers = (): Promise<string[]> => kit.redis.smembers('resque:workers');

/** Every job has finished, and ran as often as it was started on purpose. */
function tally(): { finished: number; doubled: string[]; halfDone: string[] } {
  const entries = readLedger(reskue.folder);
  const finished = countOf(entries, 'finished');
  const begun = countOf(entries, 'started');
  return {
    finished: finished.size,
    doubled: [...begun].flatMap(([id, times]) => (times > 1 ? [id] : [])),
    halfDone: [...begun.keys()].filter((id) => !finished.has(id)),
  };
}

test('so many processes work, and SIGTERM ends them all in good order', async () => {
  const command = await fleet(2, '-c', '3');
  expect(await workers()).toHaveLength(6);
  await enqueue(12, 500);
  await until(() => readLedger(reskue.folder).length >= 6);
  expect(new Set(readLedger(reskue.folder).map(({ pid }) => pid)).size).toBe(2);
  command.kill('SIGTERM');
  expect(await command.exited).toBe(0);
  expect(tally()).toMatchObject({ halfDone: [], doubled: [] });
  expect(await workers()).toEqual([]);
  expect(started(command).some(isAlive)).toBe(false);
});

test('SIGINT puts the jobs in hand back at once', async () => {
  const command = await fleet(2);
  await enqueue(4, 60_000);
  await until(() => readLedger(reskue.folder).length === 2);
  command.kill('SIGINT');
  expect(await command.exited).toBe(130);
  expect(await kit.redis.llen('resque:queue:a')).toBe(4);
});

test('a process that dies is followed by another one, after a second', async () => {
  const command = await fleet(2);
  const [victim = 0] = started(command);
  process.kill(victim, 'SIGKILL');
  expect(await command.logged('process died, another one will be started')).toMatchObject({
    child: victim,
    signal: 'SIGKILL',
    pauseMs: 1_000,
  });
  await command.logged('working', { count: 3, ...slow });
  command.kill('SIGTERM');
  expect(await command.exited).toBe(0);
});

test('when the supervisor is killed, its processes end their jobs and go', async () => {
  const command = await fleet(2);
  const pids = started(command);
  await enqueue(4, 1_000);
  await until(() => readLedger(reskue.folder).length === 2);
  command.kill('SIGKILL');
  await until(() => !pids.some(isAlive), slow);
  expect(tally()).toEqual({ finished: 2, doubled: [], halfDone: [] });
  expect(await kit.redis.llen('resque:queue:a')).toBe(2);
  expect(await workers()).toEqual([]);
});

test('a fleet is quieted and resumed as a whole, and new processes are quiet, too', async () => {
  const command = await fleet(2);
  const [victim = 0] = started(command);
  command.kill('SIGTSTP');
  await command.logged('quiet: no more jobs are claimed until SIGCONT');
  process.kill(victim, 'SIGKILL');
  await until(async () => started(command).length === 3, slow);
  await until(async () => (await kit.redis.zcard('resque:leases')) >= 2, slow);
  await enqueue(2, 0);
  // Both are asked again and again whether they live; neither claims.
  await until(async () => (await workers()).some((name) => name.includes(`:${started(command)[2]}+`)), slow);
  expect(await kit.redis.llen('resque:queue:a')).toBe(2);
  command.kill('SIGCONT');
  await until(() => tally().finished === 2, slow);
});

test('a rolling restart into code that does not load leaves the old processes at work', async () => {
  const file = join(reskue.folder, 'mine.mjs');
  writeFileSync(file, `export { jobs } from ${JSON.stringify(jobs)};`);
  const command = reskue(['work', '-r', 'mine.mjs', '-q', 'a', '--processes', '2']);
  await command.logged('working', { count: 2, ...slow });
  const pids = started(command);
  writeFileSync(file, 'export {');
  command.kill('SIGUSR2');
  await command.logged('the new process does not work: the old ones stay', slow);
  expect(pids.filter(isAlive)).toEqual(pids);
  await enqueue(4, 0);
  await until(() => tally().finished === 4, slow);
  writeFileSync(file, `export { jobs } from ${JSON.stringify(jobs)};`);
  command.kill('SIGUSR2');
  await command.logged('rolling restart done', slow);
  expect(pids.filter(isAlive)).toEqual([]);
  command.kill('SIGTERM');
  expect(await command.exited).toBe(0);
});

test('a process whose supervisor dies before it works ends, too', async () => {
  writeFileSync(
    join(reskue.folder, 'late.mjs'),
    `import { writeFileSync } from 'node:fs';
     writeFileSync('loading-' + process.pid, '');
     await new Promise((resolve) => setTimeout(resolve, 1_000));
     export const jobs = { none: () => 1 };`,
  );
  const command = reskue(['work', '-r', 'late.mjs', '--processes', '2']);
  const loading = (): number[] =>
    readdirSync(reskue.folder).flatMap((file) =>
      file.startsWith('loading-') ? [Number(file.slice(8))] : [],
    );
  await until(() => loading().length === 2, slow);
  command.kill('SIGKILL');
  await until(() => !loading().some(isAlive), slow);
  expect(loading()).toHaveLength(2);
  expect(await workers()).toEqual([]);
});

test('what the first process cannot be given is told once, and the fleet ends with 2', async () => {
  const command = reskue(['work', '-r', 'nowhere.mjs', '--processes', '2']);
  expect(await command.exited).toBe(2);
  expect(command.stderr).toContain('no file nowhere.mjs');
});
