import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisServer, until } from '@reskue/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { childProcesses, type Child } from './child-workers.js';

const server = redisServer();
const start = childProcesses();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reskue-long-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Entry {
  what: string;
  number: number;
  pid: number;
}
const ledger = (): Entry[] =>
  readFileSync(join(folder, 'ledger'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([what = '', number, pid]) => ({ what, number: Number(number), pid: Number(pid) }));

/** Long enough for another process to start and work a hundred jobs, on a machine that has much else to do. */
const longMs = 4_000;

// Behind the number what a job does not look at: no text without escapes, so it is read whole.
const job = (name: string, number: number): string =>
  `{"class":"${name}","queue":"q","args":[${number},${longMs},"${'x'.repeat(64_000)}\\u003c"]}`;
async function push(name: string, from: number, count: number): Promise<void> {
  for (let number = from; number < from + count; number += 20) {
    const size = Math.min(20, from + count - number);
    const payloads = Array.from({ length: size }, (_, at) => job(name, number + at));
    await server.redis.rpush('resque:queue:q', ...payloads);
  }
}
const wake = (): Promise<unknown> =>
  server.redis.multi().sadd('resque:queues', 'q').rpush('resque:wake:q', 1).exec();
const listsLeft = async (): Promise<string[]> =>
  (await server.redis.keys('resque:lease:*')).filter((key) => key.includes(':ahead:'));
const processed = async (): Promise<number> => Number(await server.redis.get('resque:stat:processed'));
const worker = (): Promise<Child> => start('./ahead-worker.mjs', server.socket, folder);
const numbersOf = (what: string, entries = ledger()): number[] =>
  entries.filter((entry) => entry.what === what).map(({ number }) => number);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

describe('a process that dies with long payloads claimed past Lua', () => {
  test.each(['kills itself in a job', 'is killed in the midst'])(
    '%s: none is lost, each comes back as it was, and no list is left',
    async (way) => {
      const isOfItself = way === 'kills itself in a job';
      for (let attempt = 1; ; attempt += 1) {
        await push('quick', 0, 300);
        if (isOfItself) await push('die', 0, 1);
        await push('quick', 300, 300);
        const victim = await worker();
        await wake();
        if (!isOfItself) {
          await until(() => numbersOf('quick').length > 200);
          victim.process.kill('SIGKILL');
        }
        await victim.exited;
        // Where this machine has so much else to do that no job is short, nothing is claimed ahead.
        if (!isOfItself || (await listsLeft()).length > 0 || attempt === 5) break;
        await server.redis.flushall();
        for (const file of readdirSync(folder)) rmSync(join(folder, file));
      }
      const before = numbersOf('quick');
      const wasHeld = (await listsLeft()).length;
      const inQueue = (await server.redis.lrange('resque:queue:q', 0, -1)).map((text) =>
        Number(/\[(\d+)/.exec(text)?.[1]),
      );
      if (isOfItself) expect(wasHeld).toBeGreaterThan(0);
      await worker();
      await until(() => new Set(numbersOf('quick')).size === 600, { timeoutMs: 20_000 });
      await until(async () => (await server.redis.llen('resque:queue:q')) === 0);
      await until(async () => (await listsLeft()).length === 0);
      const again = numbersOf('quick').slice(before.length);
      const twice = again.filter((number) => before.includes(number));
      // What had ended and was not settled: three calls of seven, and what waited for the next.
      expect(twice.length).toBeLessThanOrEqual(35);
      const takenBack = again.filter((number) => !inQueue.includes(number));
      expect(takenBack).toEqual(takenBack.toSorted((one, other) => one - other));
      expect(
        numbersOf('quick')
          .filter((number) => !twice.includes(number))
          .toSorted((a, b) => a - b),
      ).toEqual(upTo(600).filter((number) => !twice.includes(number)));
      expect(await server.redis.llen('resque:failed')).toBe(0);
      expect(numbersOf('die')).toHaveLength(isOfItself ? 2 : 0);
    },
    60_000,
  );
});

test.each(['block', 'sleep'])(
  'a job that turns out long and %ss keeps nobody waiting, and stands whole in its record',
  async (kind) => {
    await push('quick', 0, 200);
    await push(kind, 200, 1);
    await push('quick', 201, 100);
    const first = await worker();
    await wake();
    await until(() => numbersOf(kind).length === 1);
    const pid = ledger().find(({ what }) => what === kind)?.pid;
    const other = await worker();
    await until(() => numbersOf('quick').length === 300);
    expect(numbersOf('unblocked').concat(numbersOf('awake'))).toEqual([]);
    const record = await server.redis.get(`resque:worker:host:${String(pid)}:q`);
    expect(record?.endsWith(`,"payload":${job(kind, 200)}}`)).toBe(true);
    await until(async () => (await processed()) === 301, { timeoutMs: 10_000 });
    expect(numbersOf('quick').toSorted((a, b) => a - b)).toEqual(
      upTo(301).filter((number) => number !== 200),
    );
    await until(async () => (await listsLeft()).length === 0);
    for (const child of [first, other]) expect(child.output()).toBe('ready\n');
  },
  60_000,
);
