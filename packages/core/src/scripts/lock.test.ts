import { expect, test } from 'vitest';
import { runScript } from './run-script.js';
import { delIf } from './del-if.js';
import { extendLock } from './extend-lock.js';
import { lock, type LockReply } from './lock.js';
import { scriptBench } from './script-bench.test-kit.js';

const bench = scriptBench();
const { keys } = bench;
const name = 'test:workerslock:add:q:[1]';

interface Asking {
  lease?: string;
  /** The last digit of its number. */
  holder?: number;
  ttlMs?: number;
  lapses?: '' | '1';
  over?: string;
  now?: number | '';
}
const take = ({
  lease = '',
  holder = 1,
  ttlMs = 60_000,
  lapses = '',
  over = '',
  now = '',
}: Asking): Promise<LockReply> =>
  runScript(
    bench.server.redis,
    lock,
    { lock: name, leaseLocks: keys.leaseLocks(lease), leases: keys.leases },
    { name, lease, holders: '7', first: 10 + holder, ttlMs, lapses, over, now },
  );
const extend = (value: string, ttlMs = 60_000): Promise<unknown> =>
  runScript(
    bench.server.redis,
    extendLock,
    { lock: name, leaseLocks: keys.leaseLocks('L') },
    { value, ttlMs },
  );
const release = (text: string): Promise<unknown> =>
  runScript(bench.server.redis, delIf, { firstKey: name }, { firstText: text });

test("a lock has node-resque's second, its holder behind it, and its full time", async () => {
  expect(await take({ now: 1_000_500 })).toEqual({ status: 'taken', value: '1061.711' });
  expect(await bench.server.redis.get(name)).toBe('1061.711');
  expect(await bench.server.redis.ttl(name)).toBe(60);
  expect(await take({ holder: 2 })).toEqual({ status: 'held', value: '1061.711' });
});

test('a call that is sent again takes the same lock, and nothing else', async () => {
  const first = await take({ now: 1_000_000 });
  expect(await take({ now: 1_005_000 })).toEqual(first);
});

test('a holder whose lock lapsed takes nothing from a neighbour who has it now', async () => {
  await take({ ttlMs: 10_000, now: 1_000_000 });
  await bench.server.redis.set(name, '2000', 'EX', 100);
  expect(await extend('1011.711')).toEqual({ status: 'lost' });
  for (const text of ['1011.711', '.711']) expect(await release(text)).toEqual({ status: 'kept' });
  expect(await bench.server.redis.get(name)).toBe('2000');
});

test('nor from another of ours', async () => {
  await take({ ttlMs: 10_000, now: 1_000_000 });
  await bench.server.redis.del(name);
  await take({ holder: 2, ttlMs: 10_000, now: 1_000_000 });
  expect(await extend('1011.711')).toEqual({ status: 'lost' });
  for (const text of ['1011.711', '.711']) expect(await release(text)).toEqual({ status: 'kept' });
  expect(await release('.712')).toEqual({ status: 'deleted', count: 1 });
  expect(await bench.server.redis.keys('*')).toEqual([]);
});

test('extended, it has its full time again and the value that its holder knows', async () => {
  await take({ ttlMs: 10_000, now: 1_000_000 });
  expect(await extend('1011.711', 90_000)).toEqual({ status: 'extended' });
  expect(await bench.server.redis.ttl(name)).toBe(90);
  expect(await bench.server.redis.get(name)).toBe('1011.711');
});

test.each([
  ['1060', 1_060_000, 'held'],
  ['1060', 1_061_000, 'taken'],
  ['1060.2', 1_060_000, 'held'],
  ['1060.2', 1_061_000, 'taken'],
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
  expect(await bench.server.redis.hgetall(keys.leaseLocks('L'))).toEqual({ 11: name });
  expect(await bench.server.redis.ttl(keys.leaseLocks('L'))).toBe(60);
});

test('a key of a wrong type is told before anything is changed', async () => {
  await bench.server.redis.rpush(name, '1');
  await expect(take({})).rejects.toThrow('WRONGTYPE');
  expect(await release('1')).toEqual({ status: 'kept' });
  expect(await bench.server.redis.keys('*')).toEqual([name]);
});

test('a lock whose holder has ended is taken from him, and from nobody else', async () => {
  await take({ holder: 1, now: 1_000_000 });
  expect(await take({ holder: 2, over: '1061.719' })).toEqual({ status: 'held', value: '1061.711' });
  const over = { holder: 2, over: '1061.711', now: 1_001_000 };
  expect(await take(over)).toEqual({ status: 'taken', value: '1062.712' });
  expect(await take({ ...over, now: 1_005_000 })).toEqual({ status: 'taken', value: '1062.712' });
  expect(await bench.server.redis.ttl(name)).toBe(60);
});

test('further locks go along on the same terms, each for its holder', async () => {
  await bench.register('L', ['h:1:q']);
  await bench.server.redis.set('held', '7');
  await bench.server.redis.rpush('broken', '1');
  await bench.server.redis.set('mine', '1050.74');
  const further = ['held', 'broken', 'mine', 'free', name];
  const call = (): Promise<LockReply> =>
    runScript(
      bench.server.redis,
      lock,
      { lock: name, leaseLocks: keys.leaseLocks('L'), leases: keys.leases },
      { name, lease: 'L', holders: '7', first: 1, ttlMs: 60_000, lapses: '', over: '', now: 1_000_000 },
      { keys: further },
    );
  const reply = await call();
  const others = [
    [1, { status: 'held', value: '7' }],
    [2, { status: 'refused', reason: expect.stringContaining('WRONGTYPE') }],
    // A call that was sent again finds what it has taken.
    [3, { status: 'taken', value: '1050.74' }],
    [5, { status: 'held', value: '1061.71' }],
  ] as const;
  expect(reply).toEqual({ status: 'several', second: '1061', others: new Map<number, unknown>(others) });
  expect(await bench.server.redis.get('free')).toBe('1061.75');
  expect(await bench.server.redis.hgetall(keys.leaseLocks('L'))).toEqual({ 1: name, 4: 'mine', 5: 'free' });
  const again = await call();
  const taken = [0, 4].map((at) => [at, { status: 'taken', value: `1061.7${at + 1}` }] as const);
  expect(again).toEqual({ ...reply, others: new Map<number, unknown>([...others, ...taken]) });
});
