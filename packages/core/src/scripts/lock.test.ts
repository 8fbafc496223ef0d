import { expect, test } from 'vitest';
import { runScript } from './run-script.js';
import { delIf } from './del-if.js';
import { extendLock } from './extend-lock.js';
import { lock, type LockReply } from './lock.js';
import { scriptBench } from './script-bench.test-kit.js';

const bench = scriptBench();
const { keys } = bench;
const name = 'test:workerslock:add:q:[1]';
const owner = keys.lockOwner(name);

interface Asking {
  lease?: string;
  holder?: string;
  ttlMs?: number;
  lapses?: '' | '1';
  now?: number | '';
}
const take = ({
  lease = '',
  holder = 'a',
  ttlMs = 60_000,
  lapses = '',
  now = '',
}: Asking): Promise<LockReply> =>
  runScript(
    bench.server.redis,
    lock,
    { lock: name, owner, leaseLocks: keys.leaseLocks(lease), leases: keys.leases },
    { name, lease, holder, ttlMs, lapses, now },
  );
const extend = (holder: string, ttlMs = 60_000): Promise<unknown> =>
  runScript(
    bench.server.redis,
    extendLock,
    { lock: name, owner, leaseLocks: keys.leaseLocks('L') },
    { holder, ttlMs },
  );
const release = (value: string, holder: string): Promise<unknown> =>
  runScript(
    bench.server.redis,
    delIf,
    { firstKey: name },
    { firstText: value },
    { keys: [owner], args: [holder] },
  );

test("a lock has node-resque's value and its full time, and one holder", async () => {
  expect(await take({ now: 1_000_500 })).toEqual({ status: 'taken', value: '1061' });
  expect(await bench.server.redis.get(name)).toBe('1061');
  expect(await bench.server.redis.ttl(name)).toBe(60);
  expect(await take({ holder: 'b' })).toEqual({ status: 'held', value: '1061' });
});

test('a call that is sent again takes the same lock, and nothing else', async () => {
  const first = await take({ now: 1_000_000 });
  expect(await take({ now: 1_005_000 })).toEqual(first);
});

test('a holder whose lock lapsed takes nothing from a neighbour who has it now', async () => {
  await take({ ttlMs: 10_000, now: 1_000_000 });
  await bench.server.redis.set(name, '2000', 'EX', 100);
  expect(await extend('a')).toEqual({ status: 'lost' });
  expect(await release('1011', 'a')).toEqual({ status: 'kept' });
  expect(await bench.server.redis.get(name)).toBe('2000');
});

test('nor from another of ours', async () => {
  await take({ ttlMs: 10_000, now: 1_000_000 });
  await bench.server.redis.del(name, owner);
  await take({ holder: 'b', ttlMs: 10_000, now: 1_000_000 });
  expect(await extend('a')).toEqual({ status: 'lost' });
  expect(await release('1011', 'a')).toEqual({ status: 'kept' });
  expect(await release('1011', 'b')).toEqual({ status: 'deleted', count: 2 });
  expect(await bench.server.redis.keys('*')).toEqual([]);
});

test('extended, it has its full time again and the value that its holder knows', async () => {
  await take({ ttlMs: 10_000, now: 1_000_000 });
  expect(await extend('a', 90_000)).toEqual({ status: 'extended' });
  expect(await bench.server.redis.ttl(name)).toBe(90);
  expect(await bench.server.redis.ttl(owner)).toBe(90);
  expect(await bench.server.redis.get(name)).toBe('1011');
});

test.each([
  ['1060', 1_060_000, 'held'],
  ['1060', 1_061_000, 'taken'],
  ['nonsense', 1_000_000, 'taken'],
])('a lock that may lapse, of value %s, is at %i ms %s', async (value, now, status) => {
  await bench.server.redis.set(name, value);
  expect(await take({ lapses: '1', now })).toMatchObject({ status });
});

test('a lapsed value says nothing of a lock that is held while somebody runs', async () => {
  await bench.server.redis.set(name, '1', 'EX', 100);
  expect(await take({})).toEqual({ status: 'held', value: '1' });
});

test('a process that was declared dead takes no lock', async () => {
  expect(await take({ lease: 'L' })).toEqual({ status: 'fenced' });
  expect(await bench.server.redis.keys('*')).toEqual([]);
  await bench.register('L', ['h:1:q']);
  expect(await take({ lease: 'L' })).toMatchObject({ status: 'taken' });
  expect(await bench.server.redis.smembers(keys.leaseLocks('L'))).toEqual([name]);
  expect(await bench.server.redis.ttl(keys.leaseLocks('L'))).toBe(60);
});

test('a key of a wrong type is told before anything is changed', async () => {
  await bench.server.redis.rpush(name, '1');
  await expect(take({})).rejects.toThrow('WRONGTYPE');
  expect(await release('1', 'a')).toEqual({ status: 'kept' });
  expect(await bench.server.redis.keys('*')).toEqual([name]);
});

test('further locks go along on the same terms, each for its holder', async () => {
  await bench.register('L', ['h:1:q']);
  await bench.server.redis.set('held', '7');
  await bench.server.redis.rpush('broken', '1');
  await bench.server.redis.mset('mine', '1050', keys.lockOwner('mine'), '1050 L/4.');
  const further = ['held', 'broken', 'mine', 'free', name];
  const call = (): Promise<LockReply> =>
    runScript(
      bench.server.redis,
      lock,
      { lock: name, owner, leaseLocks: keys.leaseLocks('L'), leases: keys.leases },
      { name, lease: 'L', holder: 'L/1.', ttlMs: 60_000, lapses: '', now: 1_000_000 },
      {
        keys: further.flatMap((key) => [key, keys.lockOwner(key)]),
        args: ['L/2.\nL/3.\nL/4.\nL/5.\nL/6.'],
      },
    );
  const reply = await call();
  const others = new Map<number, unknown>([
    [1, { status: 'held', value: '7' }],
    [2, { status: 'refused', reason: expect.stringContaining('WRONGTYPE') }],
    // A call that was sent again finds what it has taken.
    [3, { status: 'taken', value: '1050' }],
    [5, { status: 'held', value: '1061' }],
  ]);
  expect(reply).toEqual({ status: 'several', value: '1061', others });
  expect(await bench.server.redis.get(keys.lockOwner('free'))).toBe('1061 L/5.');
  expect((await bench.server.redis.smembers(keys.leaseLocks('L'))).sort()).toEqual(
    ['free', 'mine', name].sort(),
  );
  expect(await call()).toEqual(reply);
});
