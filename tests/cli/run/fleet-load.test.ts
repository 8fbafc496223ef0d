import { Queue } from '@reskue/queue';
import { redisServer, until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { countOf, readLedger, type Entry } from './ledger.test-kit.js';
import { commandRunner, program, type RunningCommand } from './running-command.test-kit.js';

const kit = redisServer();
const reskue = commandRunner(() => ({ REDIS_URL: `unix://${kit.socket}`, LOG_LEVEL: 'warn' }));
const jobs = program('jobs.mjs');
const long = { timeoutMs: 60_000 };

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

const entries = (): Entry[] => readLedger(reskue.folder);
const finished = (): number => countOf(entries(), 'finished').size;
const settled = async (): Promise<number> => Number(await kit.redis.get('resque:stat:processed'));
const pidsAtWork = async (): Promise<number[]> =>
  (await kit.redis.smembers('resque:workers')).map((name) => Number(/:(\d+)\+/.exec(name)?.[1]));
const workingPids = async (): Promise<Set<number>> => new Set(await pidsAtWork());

async function fleet(processes: number, ...args: string[]): Promise<RunningCommand> {
  const command = reskue(['work', '-r', jobs, '-q', 'a', '--processes', String(processes), ...args]);
  await until(async () => (await workingPids()).size === processes, long);
  return command;
}

/** The longest time in which no job was begun, ms, while jobs waited. */
function longestGap(all: readonly Entry[]): number {
  const times = all.filter(({ what }) => what === 'started').map(({ at }) => at);
  return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)));
}

test(
  'rolling restarts under load lose nothing, double nothing and let no job wait',
  { timeout: 120_000 },
  async () => {
    const count = 12_000;
    const command = await fleet(2, '-c', '10');
    await enqueue(count, 30);
    for (let round = 1; round <= 3; round += 1) {
      const before = await workingPids();
      command.kill('SIGUSR2');
      await until(async () => {
        const now = await workingPids();
        return now.size === 2 && ![...now].some((pid) => before.has(pid));
      }, long);
    }
    expect(finished()).toBeLessThan(count);
    await until(async () => (await settled()) === count, long);
    const all = entries();
    expect([...countOf(all, 'started')].filter(([, times]) => times !== 1)).toEqual([]);
    expect(countOf(all, 'finished').size).toBe(count);
    // Three rounds, two processes each, and the two that they began with.
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(8);
    expect(longestGap(all)).toBeLessThan(1_000);
    command.kill('SIGTERM');
    expect(await command.exited).toBe(0);
    expect(await kit.redis.llen('resque:failed')).toBe(0);
  },
);

test(
  'processes and the supervisor are killed under load: every job is done, none is settled twice',
  { timeout: 120_000 },
  async () => {
    const count = 3_000;
    const command = await fleet(3, '-c', '5', '--lease', '3s');
    await enqueue(count, 40);
    const killedAt: number[] = [];
    for (let round = 1; round <= 3; round += 1) {
      const [victim = 0] = await workingPids();
      killedAt.push(victim);
      process.kill(victim, 'SIGKILL');
      await until(async () => {
        const now = await workingPids();
        return now.size === 3 && !now.has(victim);
      }, long);
    }
    const orphans = await workingPids();
    command.kill('SIGKILL');
    await command.exited;
    await until(async () => ![...(await workingPids())].some((pid) => orphans.has(pid)), long);
    expect(finished()).toBeLessThan(count);
    await fleet(3, '-c', '5', '--lease', '3s');
    await until(async () => (await settled()) === count, long);
    const all = entries();
    expect(countOf(all, 'finished').size).toBe(count);
    // Only what was in the hands of a process that was killed ran again.
    const ofVictims = new Set(all.filter(({ pid }) => killedAt.includes(pid)).map(({ id }) => id));
    const doubled = [...countOf(all, 'started')].flatMap(([id, times]) => (times > 1 ? [id] : []));
    expect(doubled.filter((id) => !ofVictims.has(id))).toEqual([]);
    expect(await kit.redis.llen('resque:failed')).toBe(0);
  },
);

test(
  'a process that holds too much memory is replaced, its successor first',
  { timeout: 60_000 },
  async () => {
    const command = await fleet(1, '--max-memory', '200mb');
    const [first = 0] = await workingPids();
    await using queue = new Queue({ connection: kit.connection });
    await queue.connect();
    await queue.enqueue('a', 'hoard', ['big', 150]);
    await queue.enqueue('a', 'succeed', ['in hand', 3_000]);
    await command.logged('process is replaced', long);
    await until(async () => (await workingPids()).size === 1 && !(await workingPids()).has(first), long);
    const all = entries();
    expect([...countOf(all, 'started')]).toEqual([...countOf(all, 'finished')]);
    await queue.enqueue('a', 'succeed', ['later']);
    await until(() => entries().some(({ id, pid }) => id === 'later' && pid !== first), long);
    command.kill('SIGTERM');
    expect(await command.exited).toBe(0);
  },
);
