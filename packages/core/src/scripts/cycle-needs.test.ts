import { beforeEach, describe, expect, test } from 'vitest';
import { claimHolders } from '../locks/holders.js';
import type { JobNeeds } from '../needs/job-needs.js';
import { reapLease } from '../recovery/reap-lease.js';
import { Connection } from '../connection/connection.js';
import { runFullCycle, type CycleAhead, type CycleReply } from './cycle.js';
import { runGiveBack } from './give-back.js';
import { lock } from './lock.js';
import { succeeded } from './outcome.js';
import { runScript } from './run-script.js';
import { scriptBench, settlements } from './script-bench.test-kit.js';
import { unlockClaim } from './unlock-command.js';

const bench = scriptBench();
const { keys } = bench;
const front = 'test:workerslock:add:q:';
const counters = 'test:resque-retry:add:';
const sign = 'test:retries-apart:add';
const head = '{"class":"add","queue":"q","args":';
const needs: JobNeeds = { head, lock: { front, ttlMs: 3_600_000 }, retries: { counters, sign } };
const jobOf = (args: string): string => `${head}${args}}`;

/** Claims these jobs ahead, numbered from 10 on; gives the characters that tell what came, as numbers. */
async function bring(args: string[], more: Partial<CycleAhead> = {}): Promise<number[]> {
  await bench.enqueue('q', ...args.map(jobOf));
  return met(
    await bench.cycle('L', [], ['q'], { first: 10, wanted: args.length, done: [], needs: [needs], ...more }),
  );
}

function met(reply: CycleReply): number[] {
  if (reply.status === 'lost') throw new Error('the lease was lost');
  const { met: text } = reply.ahead;
  return Array.from(Buffer.from(text.slice(text.indexOf(':') + 1)), (code) => code - 48);
}

const valueOf = (args: string): Promise<string | null> => bench.server.redis.get(front + args);
const holderOf = (claim: number): RegExp => new RegExp(`^\\d+\\${claimHolders('L')}${claim}$`);
const [both, onlyLock, onlyFresh, none] = [7, 5, 6, 4];
const brought = (): Promise<Record<string, string>> => bench.server.redis.hgetall(keys.leaseBrought('L'));
const done = (...claims: number[]): Partial<CycleAhead> => ({
  done: [{ countedAs: 'h:1', claims }],
  claimUnlocks: claims,
});
const settle = (...claims: number[]): Promise<CycleReply> =>
  bench.cycle('L', [], [], { first: 900, wanted: 0, done: [], ...done(...claims) });

beforeEach(() => bench.register('L', ['h:1:q']));

describe('locks', () => {
  test('come along with their claims, named by these, until they are settled', async () => {
    expect(await bring(['[1]', '["a"]'])).toEqual([both, both]);
    expect(await valueOf('[1]')).toMatch(holderOf(10));
    expect(await valueOf('["a"]')).toMatch(holderOf(11));
    const second = Number.parseInt((await valueOf('[1]'))!, 10);
    expect(Math.abs(second - 3_601 - Date.now() / 1_000)).toBeLessThan(3);
    expect(await brought()).toEqual({ 10: `${front}[1]`, 11: `${front}["a"]` });
    // A fleet may stand still for a week.
    expect(await bench.server.redis.ttl(keys.leaseBrought('L'))).toBeGreaterThan(604_800);
    await settle(10);
    expect([await valueOf('[1]'), await valueOf('["a"]')]).toEqual([
      null,
      expect.stringMatching(holderOf(11)),
    ]);
    await settle(10, 11);
    expect(await bench.server.redis.exists(`${front}["a"]`, keys.leaseBrought('L'))).toBe(0);
    expect(await bench.server.redis.get(keys.processed)).toBe('2');
  });

  test.each([
    '[]',
    '["a"]',
    '[""]',
    '["]}"]',
    '["a b"]',
    '["a\\"b"]',
    '["\\\\"]',
    '["a","b"]',
    '[["a"]]',
    '[1]',
  ])('are named by the args as they stand: %s', async (args) => {
    await bring([args]);
    expect(await valueOf(args)).not.toBeNull();
  });

  test('go once to jobs that are alike, and not to one whose like is at work', async () => {
    await bench.server.redis.set(`${front}[2]`, '1764363410');
    expect(await bring(['[1]', '[2]', '[1]', '[3]'])).toEqual([both, onlyFresh, onlyFresh, both]);
    expect(await valueOf('[1]')).toMatch(holderOf(10));
    expect(await valueOf('[2]')).toBe('1764363410');
    expect(await brought()).toEqual({ 10: `${front}[1]`, 13: `${front}[3]` });
    // That of a job that had none stays where it is.
    await settle(10, 11, 12, 13);
    expect(await valueOf('[2]')).toBe('1764363410');
    expect(await bench.server.redis.exists(`${front}[1]`, `${front}[3]`, keys.leaseBrought('L'))).toBe(0);
  });

  test('that somebody else has by the time they are given back stay his', async () => {
    await bring(['[1]', '[2]', '[3]']);
    const mine = (await valueOf('[1]'))!;
    const others = [mine.replace(/10$/, '110'), '1764363410', mine.replace(/10$/, '11')];
    for (const [at, value] of others.entries()) await bench.server.redis.set(`${front}[${at + 1}]`, value);
    await settle(10, 11, 12);
    expect(await Promise.all([1, 2, 3].map((at) => valueOf(`[${at}]`)))).toEqual(others);
    expect(await brought()).toEqual({});
  });

  test('go back with the claims that do, and not with one that is adopted', async () => {
    await bring(['[1]', '[2]', '[3]']);
    const outcome = succeeded([unlockClaim(11)]);
    const adopting = [{ workerId: 'h:1:q', number: 20, wants: false, outcome, aheadClaim: 11 }];
    const back = [10, 12].map((number) => ({ number, queue: 'q' }));
    expect(await runGiveBack(bench.server.redis, keys, 'L', back)).toMatchObject({ status: 'returned' });
    expect(await bench.server.redis.exists(`${front}[1]`, `${front}[3]`)).toBe(0);
    expect(await valueOf('[2]')).toMatch(holderOf(11));
    expect(await bench.server.redis.lrange(keys.queue('q'), 0, -1)).toEqual(['[1]', '[3]'].map(jobOf));
    // Not theirs any more, if it comes again.
    await bench.server.redis.set(`${front}[1]`, 'another');
    await runGiveBack(bench.server.redis, keys, 'L', [...back, { number: 11, queue: 'q' }].slice(0, 2));
    expect(await valueOf('[1]')).toBe('another');
    expect(settlements(await bench.cycle('L', adopting, []))).toEqual(['settled']);
    expect(await bench.server.redis.exists(`${front}[2]`, keys.leaseBrought('L'))).toBe(0);
  });

  test('a call that comes again tells the claims, and takes nothing a second time', async () => {
    await bring(['[1]', '[2]']);
    await settle(10);
    await bench.server.redis.set(`${front}[1]`, 'another');
    const again = { first: 10, wanted: 2, done: [], needs: [needs] };
    const reply = await bench.cycle('L', [], ['q'], again);
    expect(met(reply)).toEqual([]);
    expect(reply).toMatchObject({ ahead: { fresh: [], records: [expect.stringContaining('"claim":11')] } });
    expect(await valueOf('[1]')).toBe('another');
  });

  test('of a process that died go with the taking back of its jobs', async () => {
    const connection = new Connection({ ...bench.server.connection, namespace: 'test' });
    await connection.connect();
    await bring(['[1]', '[2]', '[3]']);
    await settle(11);
    await bench.server.redis.set(`${front}[3]`, '1764363410');
    await bench.server.redis.zadd(keys.leases, 1, 'L');
    expect(await reapLease(connection, 'L')).toEqual({ status: 'reaped', requeued: 2, failed: 0 });
    expect(await bench.server.redis.exists(`${front}[1]`, keys.leaseBrought('L'))).toBe(0);
    expect(await valueOf('[3]')).toBe('1764363410');
    connection.end();
  });

  test('where nobody was left to do so, whoever wants one takes it when its second is past', async () => {
    await bring(['[1]']);
    const value = (await valueOf('[1]'))!;
    const take = (now: number): Promise<unknown> =>
      runScript(
        bench.server.redis,
        lock,
        { lock: `${front}[1]`, leaseLocks: keys.leaseLocks('L'), leases: keys.leases },
        { name: `${front}[1]`, lease: 'L', holders: '9', first: 1, ttlMs: 60_000, lapses: '', over: '', now },
      );
    const second = Number.parseInt(value, 10);
    expect(await take(second * 1_000)).toEqual({ status: 'held', value });
    // With an expiry it lapses by itself.
    await bench.server.redis.expire(`${front}[1]`, 100);
    expect(await take((second + 1) * 1_000)).toEqual({ status: 'held', value });
    await bench.server.redis.persist(`${front}[1]`);
    expect(await take((second + 1) * 1_000)).toMatchObject({ status: 'taken' });
  });

  test('are not taken where nobody could give them back', async () => {
    await bench.server.redis.set(keys.leaseBrought('L'), 'no hash');
    expect(await bring(['[1]', '[2]'])).toEqual([onlyFresh, onlyFresh]);
    expect(await bench.server.redis.exists(`${front}[1]`, `${front}[2]`)).toBe(0);
    // And give nothing back.
    expect(await settle(10, 11)).toMatchObject({ status: 'cycled' });
    expect(await bench.server.redis.get(keys.processed)).toBe('2');
  });

  test('over a client that puts something in front of every key they are found again', async () => {
    const client = bench.server.client({ keyPrefix: 'app:' });
    await client.zadd(keys.leases, Date.now() + 60_000, 'L');
    await client.rpush(keys.queue('q'), jobOf('[1]'), jobOf('[2]'));
    const call = { leaseId: 'L', runAt: 'now', queues: [{ name: 'q', owed: false }], slots: [] };
    const ahead = { first: 10, wanted: 2, done: [], needs: [needs] };
    expect(met(await runFullCycle(client, keys, { ...call, ahead }))).toEqual([both, both]);
    expect(await client.hgetall(keys.leaseBrought('L'))).toEqual({ 10: `${front}[1]`, 11: `${front}[2]` });
    expect(await bench.server.redis.exists(`app:${front}[1]`, `app:${front}[2]`)).toBe(2);
    await runFullCycle(client, keys, { ...call, ahead: { first: 12, wanted: 0, ...done(10), done: [] } });
    await runGiveBack(client, keys, 'L', [{ number: 11, queue: 'q' }]);
    expect(await bench.server.redis.keys('*workerslock*')).toEqual([]);
  });

  test.each([
    ['MSETNX', ['~*', '-msetnx'], [both, both]],
    ['to write locks', ['%R~test:workerslock:*', '~test:[^w]*', '~test:workers'], [onlyFresh, onlyFresh]],
    ['to look for retries', ['~test:[^r]*', '~test:recovered'], [onlyLock, onlyLock]],
  ])('where Redis refuses %s, the claims stand', async (_, rules, expected) => {
    await bench.server.redis.call(
      'ACL',
      'SETUSER',
      'narrow',
      'reset',
      'on',
      'nopass',
      '&*',
      '+@all',
      ...rules,
    );
    const client = bench.server.client({ username: 'narrow', password: 'any' });
    await bench.enqueue('q', jobOf('[1]'), jobOf('[2]'));
    const call = { leaseId: 'L', runAt: 'now', queues: [{ name: 'q', owed: false }], slots: [] };
    const ahead = { first: 10, wanted: 2, done: [], needs: [needs] };
    expect(met(await runFullCycle(client, keys, { ...call, ahead }))).toEqual(expected);
    expect(await bench.server.redis.hlen(keys.leaseAhead('L'))).toBe(3);
  });
});

describe('earlier failures', () => {
  test.each([
    ['["a"]', 'a'],
    ['[1]', '1'],
    ['["a","b"]', 'a-b'],
    ['[1,"a, b",true,null,-2.5e3]', '1-a,b-true-null--2.5e3'],
    ['["a b c"]', 'ab c'],
    ['["é"]', 'é'],
    ['["]}"]', ']}'],
    ['["a",""]', 'a-'],
  ])('of %s are found under its key', async (args, joined) => {
    expect(await bring([args])).toEqual([both]);
    await settle(10);
    await bench.server.redis.set(counters + joined, '0');
    expect(await bring([args], { first: 20 })).toEqual([onlyLock]);
  });

  test.each([
    '[]',
    '[""]',
    '["a\\"b"]',
    '["\\u00e9"]',
    '["\\""]',
    '["\\\\"]',
    '[[1]]',
    '[{"a":1}]',
    '[1,[2]]',
  ])('of %s are not looked for: its key is put together otherwise', async (args) => {
    expect(await bring([args])).toEqual([onlyLock]);
  });

  test('of one of a call’s jobs leave all of them to ask, and so does the sign', async () => {
    await bench.server.redis.set(`${counters}2`, '0');
    expect(await bring(['[1]', '[2]'])).toEqual([onlyLock, onlyLock]);
    await settle(10, 11);
    await bench.server.redis.del(`${counters}2`);
    await bench.server.redis.set(sign, '1');
    expect(await bring(['[1]', '[2]'], { first: 20 })).toEqual([onlyLock, onlyLock]);
  });
});

test('each class has its own; of others, and of long payloads, nothing comes', async () => {
  const other: JobNeeds = {
    head: '{"class":"sub","queue":"q","args":',
    retries: { counters: 'c:', sign: 's' },
  };
  const long = `["${'x'.repeat(2_000)}"]`;
  const payloads = [
    jobOf('[1]'),
    other.head + '[1]}',
    '{"class":"else","args":[1]}',
    jobOf(long),
    jobOf('[2]'),
  ];
  await bench.enqueue('q', ...payloads);
  const ahead = { first: 10, wanted: 5, done: [], needs: [needs, other] };
  expect(met(await bench.cycle('L', [], ['q'], ahead))).toEqual([both, 8 + 2, 0, none - 4, both]);
  expect(await brought()).toEqual({ 10: `${front}[1]`, 14: `${front}[2]` });
});
