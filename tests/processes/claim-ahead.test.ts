import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisServer, until } from '@reskue/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { childProcesses, type Child } from './child-workers.js';

const server = redisServer();
const start = childProcesses();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reskue-ahead-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Entry {
  what: string;
  number: number;
  pid: number;
  at: number;
}

const ledger = (): Entry[] =>
  readFileSync(join(folder, 'ledger'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([what = '', number, pid, at]) => ({
      what,
      number: Number(number),
      pid: Number(pid),
      at: Number(at),
    }));

const enqueue = (...jobs: [name: string, ...args: number[]][]): Promise<unknown> =>
  server.redis
    .multi()
    .sadd('resque:queues', 'q')
    .rpush(
      'resque:queue:q',
      ...jobs.map(([name, ...args]) => `{"class":"${name}","queue":"q","args":${JSON.stringify(args)}}`),
    )
    .rpush('resque:wake:q', 1)
    .exec();
const quick = (from: number, count: number): [string, number][] =>
  Array.from({ length: count }, (_, index) => ['quick', from + index]);
const processed = async (): Promise<number> => Number(await server.redis.get('resque:stat:processed'));

/** Has short jobs worked until the process claims ahead; gives how many that were. */
async function warmUp(): Promise<number> {
  let count = 0;
  await until(
    async () => {
      await enqueue(...quick(count, 200));
      count += 200;
      await until(async () => (await processed()) === count);
      return (await server.redis.keys('resque:lease:*:ahead')).length > 0;
    },
    { timeoutMs: 10_000 },
  );
  return count;
}

const worker = (): Promise<Child> => start('./ahead-worker.mjs', server.socket, folder);

describe('a job that turns out long', () => {
  test.each(['block', 'sleep'])(
    'and %ss keeps nobody waiting: what was claimed behind it is worked by another process meanwhile',
    async (kind) => {
      const first = await worker();
      const count = await warmUp();
      const other = await worker();
      await enqueue(...quick(count, 30), [kind, 1, 1_500], ...quick(count + 30, 40));
      const long = await until(() => ledger().find(({ what }) => what === kind));
      const begunOf = (entries: Entry[]): number[] =>
        entries
          .filter(({ what, number }) => what === 'quick' && number >= count)
          .map(({ number }) => number)
          .sort((one, two) => one - two);
      await until(() => begunOf(ledger()).length === 70);
      const isStillLong = !ledger().some(({ what }) => what === 'unblocked' || what === 'awake');
      expect(isStillLong).toBe(true);
      // Of whoever holds it, everybody can see it.
      const record = await server.redis.get(`resque:worker:host:${long.pid}:q`);
      expect(record).toContain(`"class":"${kind}"`);
      await until(async () => (await processed()) === count + 71);
      expect(begunOf(ledger())).toEqual(quick(count, 70).map(([, number]) => number));
      for (const child of [first, other]) expect(child.output()).toBe('ready\n');
    },
    30_000,
  );
});

test('a process that is killed with jobs claimed ahead loses none: they run in their order, and at most 64 that had ended run again', async () => {
  const victim = await worker();
  const count = await warmUp();
  await enqueue(...quick(count, 100), ['die', 0], ...quick(count + 100, 100));
  await victim.exited;
  const before = ledger();
  const inQueue = (await server.redis.lrange('resque:queue:q', 0, -1)).map((text) =>
    Number(/\[(\d+)\]/.exec(text)?.[1]),
  );
  await worker();
  const numbers = (entries: Entry[]): number[] =>
    entries.filter(({ what, number }) => what === 'quick' && number >= count).map(({ number }) => number);
  await until(() => new Set(numbers(ledger())).size === 200, { timeoutMs: 15_000 });
  const after = ledger().slice(before.length);
  const again = numbers(after).filter((number) => numbers(before).includes(number));
  expect(again.length).toBeLessThanOrEqual(64);
  expect(numbers(before)).toEqual([...numbers(before)].sort((one, two) => one - two));
  const takenBack = numbers(after).filter((number) => !inQueue.includes(number));
  expect(takenBack).toEqual([...takenBack].sort((one, two) => one - two));
  expect(after.filter(({ what }) => what === 'die')).toHaveLength(1);
  expect(await server.redis.llen('resque:failed')).toBe(0);
}, 30_000);
