import { expect, test } from 'vitest';
import { keepPushed } from './keep-pushed.js';
import { scriptBench } from './script-bench.test-kit.js';

const bench = scriptBench();
const { keys } = bench;
const list = keys.queue('q');
const producer = keys.producer('p');

/** What RPUSH and the script answer. */
async function push(call: number, payloads: string[], { fresh = '0', queue = 'q' } = {}): Promise<unknown[]> {
  const answers = await bench.server.redis
    .multi()
    .rpush(keys.queue(queue), ...payloads)
    .eval(
      keepPushed.source,
      keepPushed.keys.length,
      keys.queues,
      keys.queue(queue),
      keys.wakeQueue(queue),
      keys.wake,
      producer,
      queue,
      call,
      fresh,
      60_000,
      payloads.length,
    )
    .exec();
  return (answers ?? []).map(([error, answer]) => error?.message ?? answer);
}
const listed = () => bench.server.redis.lrange(list, 0, -1);

test('payloads are kept, the queue is named, and idle processes are woken', async () => {
  expect(await push(0, ['a', 'b'], { fresh: '1' })).toEqual([2, ['queued', 2]]);
  expect(await push(1, ['c'])).toEqual([3, ['queued', 3]]);
  const { redis } = bench.server;
  expect(await listed()).toEqual(['a', 'b', 'c']);
  expect(await redis.smembers(keys.queues)).toEqual(['q']);
  expect(await redis.lrange(keys.wakeQueue('q'), 0, -1)).toEqual(['1']);
  expect(await redis.lrange(keys.wake, 0, -1)).toEqual(['1']);
  expect(await redis.pttl(producer)).toBeGreaterThan(50_000);
});

test('a call that arrives again is taken back whole, whatever has become of its first arrival', async () => {
  await bench.server.redis.rpush(list, 'before');
  await push(7, ['a', 'b', 'c']);
  await bench.server.redis.rpush(list, 'behind');
  const lengths = { ofPush: 8, left: 5 };
  expect(await push(7, ['a', 'b', 'c'])).toEqual([lengths.ofPush, ['known', lengths.left]]);
  expect(await listed()).toEqual(['before', 'a', 'b', 'c', 'behind']);
  await bench.server.redis.del(list);
  expect(await push(7, ['a', 'b', 'c'])).toEqual([3, ['known', 0]]);
  expect(await bench.server.redis.exists(list)).toBe(0);
  await bench.server.redis.del(keys.wakeQueue('q'));
  await push(7, ['a']);
  expect(await bench.server.redis.exists(keys.wakeQueue('q'))).toBe(0);
});

test('whoever waits for the list sees nothing of what is taken back', async () => {
  await push(7, ['a']);
  await bench.server.redis.del(list);
  const waiting = bench.server.client();
  const popped = waiting.blpop(list, 0);
  await push(7, ['a']);
  await push(8, ['b']);
  expect(await popped).toEqual([list, 'b']);
});

test.each<[string, string, (number | RegExp)[]]>([
  ['the list', list, [/^WRONGTYPE/, /^WRONGTYPE/]],
  ['the set of queues', keys.queues, [1, /^WRONGTYPE/]],
  ['the calls of the producer', producer, [1, /^WRONGTYPE/]],
])('where %s is of another type, nothing is kept and the call is not applied', async (_, key, expected) => {
  const { redis } = bench.server;
  if (key === list) await redis.set(key, 'no list');
  else await redis.rpush(key, 'x');
  const answers = await push(3, ['a'], { fresh: '1' });
  expect(answers).toEqual(
    expected.map((one) => (typeof one === 'number' ? one : (expect.stringMatching(one) as string))),
  );
  if (key !== list) expect(await redis.exists(list)).toBe(0);
  if (key !== producer) expect(await redis.getbit(producer, 3)).toBe(0);
  await redis.del(key);
  expect(await push(3, ['a'])).toEqual([1, ['queued', 1]]);
});

test('tokens are a convenience: of a wrong type, they do not matter', async () => {
  await bench.server.redis.set(keys.wakeQueue('q'), 'x');
  await bench.server.redis.set(keys.wake, 'x');
  expect(await push(0, ['a'])).toEqual([1, ['queued', 1]]);
});

test('a full Redis refuses the whole transaction', async () => {
  const { redis } = bench.server;
  await redis.config('SET', 'maxmemory', '1');
  await expect(push(0, ['a'])).rejects.toThrow('EXECABORT');
  await redis.config('SET', 'maxmemory', '0');
  expect(await redis.exists(list, producer)).toBe(0);
});
