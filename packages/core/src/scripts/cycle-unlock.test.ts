import { beforeEach, expect, test } from 'vitest';
import { leaseMark } from '../locks/lock-value.js';
import { runFullCycle, type CycleSlot } from './cycle.js';
import { lock, type LockReply } from './lock.js';
import { succeeded, type Outcome } from './outcome.js';
import { runScript } from './run-script.js';
import { scriptBench, settlements } from './script-bench.test-kit.js';
import { unlockCommand } from './unlock-command.js';

const bench = scriptBench();
const { keys } = bench;
const worker = (at: number): string => `h:${at}:q`;
const name = (at: number): string => `test:workerslock:add:q:[${at}]`;
let second = '';
const mark = leaseMark('L');
const value = (at: number): string => `${second}.${mark}555555${1_000 + at}`;

/** The lock of the first job, for the holder of this number, and further ones. */
const take = (
  first: number,
  { over = '', further = [] as string[], redis = bench.server.redis },
): Promise<LockReply> =>
  runScript(
    redis,
    lock,
    { lock: name(0), leaseLocks: keys.leaseLocks('L'), leases: keys.leases },
    { name: name(0), lease: 'L', holders: `${mark}555555`, first, ttlMs: 60_000, lapses: '', over, now: '' },
    { keys: further },
  );

/** So many locks, of as many jobs at work. */
async function begin(count: number): Promise<void> {
  const workers = Array.from({ length: count }, (_, at) => worker(at));
  await bench.register('L', workers);
  await bench.enqueue('q', ...workers.map((_, at) => `{"class":"add","queue":"q","args":[${at}]}`));
  await bench.cycle(
    'L',
    workers.map((workerId) => ({ workerId, number: 1 })),
  );
  const further = workers.map((_, at) => at).slice(1);
  const reply = await take(1_000, { further: further.map(name) });
  second = 'value' in reply ? reply.value.split('.')[0]! : 'second' in reply ? reply.second : '';
}

const unlock = (at: number): Outcome => succeeded([unlockCommand(1_000 + at)]);
const settle = async (outcome = unlock(0), more: Partial<CycleSlot> = {}): Promise<string[]> =>
  settlements(await bench.cycle('L', [{ workerId: worker(0), number: 2, wants: false, outcome, ...more }]));
const left = async (): Promise<number[]> => [
  await bench.server.redis.exists(name(0)),
  await bench.server.redis.hlen(keys.leaseLocks('L')),
];

beforeEach(() => begin(1));

test('a job that is done gives its lock back and counts as processed', async () => {
  expect(await left()).toEqual([1, 1]);
  expect(await settle()).toEqual(['settled']);
  expect(await left()).toEqual([0, 0]);
  expect(await bench.server.redis.get(keys.processed)).toBe('1');
  expect(await bench.server.redis.get(keys.processedBy('h:1'))).toBe('1');
});

test.each([
  ['the lock is a neighbour’s', () => second, [1, 0]],
  ['of a longer value', () => `${value(0)}9`, [1, 0]],
  ['of a shorter one', () => value(0).slice(0, -1), [1, 0]],
  ['of an empty one', () => '', [1, 0]],
  ['another holder has it', () => value(1), [1, 0]],
  [
    'a holder of that number has it, under another lease',
    () => value(0).replace(mark, leaseMark('M')),
    [1, 0],
  ],
  ['it lapsed, or was removed', () => null, [0, 0]],
])('what is left when %s', async (_, changed, expected) => {
  const text = changed();
  await (text === null ? bench.server.redis.del(name(0)) : bench.server.redis.set(name(0), text));
  expect(await settle()).toEqual(['settled']);
  expect(await left()).toEqual(expected);
});

test('a key of another type is left alone, and refuses nothing', async () => {
  await bench.server.redis.del(name(0));
  await bench.server.redis.rpush(name(0), value(0));
  expect(await settle()).toEqual(['settled']);
  expect(await bench.server.redis.lrange(name(0), 0, -1)).toEqual([value(0)]);
});

test('a job that somebody took away gives its lock back, and nothing else happens', async () => {
  await bench.server.redis.srem(keys.workers, worker(0));
  expect(await settle()).toEqual(['lost']);
  expect(await left()).toEqual([0, 0]);
  expect(await bench.server.redis.get(keys.processed)).toBe(null);
});

test('so does one whose worker another process is now', async () => {
  const record = await bench.server.redis.get(keys.record(worker(0)));
  await bench.server.redis.set(keys.record(worker(0)), record!.replace('"lease":"L"', '"lease":"M"'));
  expect(await settle(unlock(0), { number: 1 })).toEqual(['taken']);
  expect(await left()).toEqual([0, 0]);
});

test('a process that was declared dead gives nothing back: whoever reaps it does', async () => {
  await bench.server.redis.zrem(keys.leases, 'L');
  expect(await bench.cycle('L', [{ workerId: worker(0), number: 2, outcome: unlock(0) }])).toEqual({
    status: 'lost',
  });
  expect(await left()).toEqual([1, 1]);
});

test('a call that is sent again takes nothing from whoever has the lock by then', async () => {
  await settle();
  await bench.server.redis.set(name(0), value(2));
  expect(await settle()).toEqual(['settled']);
  expect(await left()).toEqual([1, 0]);
});

test('among other commands it is given back with them, or not at all', async () => {
  const [command] = unlock(0).commands;
  await bench.server.redis.rpush('list', '1');
  const refused = succeeded([command!, { command: 'incr', keys: ['list'], args: [] }]);
  expect(await settle(refused)).toEqual([expect.stringContaining('refused')]);
  expect(await left()).toEqual([1, 1]);
  expect(await settle(succeeded([command!, { command: 'incr', keys: ['count'], args: [] }]))).toEqual([
    'settled',
  ]);
  expect(await left()).toEqual([0, 0]);
  expect(await bench.server.redis.get('count')).toBe('1');
});

test('a hundred locks of one call go together, but for one that is foreign', async () => {
  await bench.server.redis.flushall();
  await begin(100);
  await bench.server.redis.set(name(7), value(200));
  const slots = Array.from({ length: 100 }, (_, at) => ({
    workerId: worker(at),
    number: 2,
    wants: false,
    outcome: unlock(at),
  }));
  expect(new Set(settlements(await bench.cycle('L', slots)))).toEqual(new Set(['settled']));
  expect(await bench.server.redis.exists(keys.leaseLocks('L'))).toBe(0);
  expect(await bench.server.redis.keys('*workerslock*')).toEqual([name(7)]);
});

test('a claim made ahead gives its lock back by way of its worker', async () => {
  await bench.enqueue('q', '{"class":"add","queue":"q","args":[1]}');
  await settle(succeeded());
  await bench.cycle('L', [], ['q'], { first: 10, wanted: 1, done: [] });
  expect(await settle(unlock(0), { number: 11, aheadClaim: 10 })).toEqual(['settled']);
  expect(await left()).toEqual([0, 0]);
  expect(await bench.server.redis.exists(keys.record(worker(0)))).toBe(0);
});

test('locks of claims made ahead go with the call that settles those, however often it comes', async () => {
  await bench.server.redis.flushall();
  await begin(2);
  const workers = [0, 1].map((at) => ({
    workerId: worker(at),
    number: 2,
    wants: false,
    outcome: succeeded(),
  }));
  await bench.cycle('L', workers);
  await bench.enqueue(
    'q',
    '{"class":"add","queue":"q","args":[0]}',
    '{"class":"add","queue":"q","args":[1]}',
  );
  await bench.cycle('L', [], ['q'], { first: 10, wanted: 2, done: [] });
  const unlocks = [1_000, 1_001];
  const done = [{ countedAs: 'h:1', claims: [10, 11] }];
  await bench.server.redis.set(name(1), value(5));
  for (let arrival = 0; arrival < 2; arrival += 1) {
    await bench.cycle('L', [], [], { first: 12, wanted: 0, done, unlocks });
    expect(await bench.server.redis.get(name(1))).toBe(value(5));
    expect(await bench.server.redis.exists(keys.leaseLocks('L'))).toBe(0);
    expect(await bench.server.redis.exists(name(0))).toBe(0);
    expect(await bench.server.redis.get(keys.processedBy('h:1'))).toBe('4');
  }
});

test('a lock that another job of the process took over is that one’s, in the hash and in its value', async () => {
  const taken = await take(1_007, { over: value(0) });
  expect(taken).toMatchObject({ status: 'taken' });
  await settle();
  expect(await left()).toEqual([1, 1]);
  await bench.cycle('L', [], [], { first: 12, wanted: 0, done: [], unlocks: [1_007] });
  expect(await left()).toEqual([0, 0]);
});

test('a hash of locks of another type holds up no settlement', async () => {
  await bench.server.redis.del(keys.leaseLocks('L'));
  await bench.server.redis.sadd(keys.leaseLocks('L'), name(0));
  expect(await settle()).toEqual(['settled']);
  expect(await bench.server.redis.get(keys.processed)).toBe('1');
});

test('over a client that puts something in front of every key the same locks go', async () => {
  await bench.server.redis.flushall();
  const client = bench.server.client({ keyPrefix: 'app:' });
  await client.zadd(keys.leases, Date.now() + 60_000, 'L');
  expect(await take(1_000, { redis: client })).toMatchObject({ status: 'taken' });
  expect(await bench.server.redis.hgetall(`app:${keys.leaseLocks('L')}`)).toEqual({ 1_000: name(0) });
  const ahead = { first: 12, wanted: 0, done: [], unlocks: [1_000] };
  await runFullCycle(client, keys, { leaseId: 'L', runAt: 'now', queues: [], slots: [], ahead });
  expect(await bench.server.redis.exists(`app:${name(0)}`, `app:${keys.leaseLocks('L')}`)).toBe(0);
});

test.each([
  ['to look at the locks', ['~*', '-mget']],
  ['to delete them', ['%R~*', '~test:[^w]*', '~test:worker:*', '~test:workers']],
])('where Redis refuses %s, the rest of the settlement stands', async (_, rules) => {
  await bench.server.redis.call('ACL', 'SETUSER', 'narrow', 'reset', 'on', 'nopass', '&*', '+@all', ...rules);
  const client = bench.server.client({ username: 'narrow', password: 'any' });
  const slot = { workerId: worker(0), name: worker(0), countedAs: 'h:1', number: 2, wants: false };
  const slots = [{ ...slot, outcome: unlock(0) }];
  const reply = await runFullCycle(client, keys, { leaseId: 'L', runAt: 'now', queues: [], slots });
  expect(settlements(reply)).toEqual(['settled']);
  expect(await left()).toEqual([1, 1]);
  expect(await bench.server.redis.get(keys.processed)).toBe('1');
});
