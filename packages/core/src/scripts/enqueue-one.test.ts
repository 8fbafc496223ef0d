import { expect, test } from 'vitest';
import { enqueueOne, isRegular } from './enqueue-one.js';
import type { EnqueueReply } from './enqueue.js';
import { runScript } from './run-script.js';
import { scriptBench } from './script-bench.test-kit.js';

const bench = scriptBench();
const { keys } = bench;
const producer = keys.producer('p');

const call = (number: number, payload: string, queue = 'q'): Promise<EnqueueReply> =>
  runScript(
    bench.server.redis,
    enqueueOne,
    { queues: keys.queues, list: keys.queue(queue), wake: keys.wakeQueue(queue), producer },
    { call: number, payload },
  );
const jobs = (queue = 'q'): Promise<string[]> => bench.server.redis.lrange(keys.queue(queue), 0, -1);
const tokens = (key: string): Promise<string[]> => bench.server.redis.lrange(key, 0, -1);

test('a call tells how long the queue is, and a second arrival of it changes nothing', async () => {
  expect(await call(1, 'a')).toEqual({ status: 'queued', length: 1 });
  expect(await call(2, 'b')).toEqual({ status: 'queued', length: 2 });
  expect(await call(1, 'a')).toEqual({ status: 'known', length: 2 });
  expect(await call(2, 'b')).toEqual({ status: 'known', length: 2 });
  expect(await jobs()).toEqual(['a', 'b']);
});

test.each(['q', 'a:b', 'ünï💥', 'queue:', '%s-[', 's'])(
  'queue %j: a new one is listed, and wakes who works it and who works every queue, once',
  async (queue) => {
    await call(1, 'a', queue);
    await call(2, 'b', queue);
    expect(await bench.server.redis.smembers(keys.queues)).toEqual([queue]);
    expect(await tokens(keys.wakeQueue(queue))).toEqual(['1']);
    expect(await tokens(keys.wake)).toEqual(['1']);
    expect((await bench.server.redis.keys('*')).sort()).toEqual(
      [keys.queues, keys.queue(queue), keys.wakeQueue(queue), keys.wake, producer].sort(),
    );
  },
);

test('one that is listed and empty wakes only who works it; one that was taken off the list is listed again', async () => {
  await bench.server.redis.sadd(keys.queues, 'q');
  await call(1, 'a');
  expect(await tokens(keys.wake)).toEqual([]);
  expect(await tokens(keys.wakeQueue('q'))).toEqual(['1']);
  await bench.server.redis.multi().srem(keys.queues, 'q').del(keys.queue('q')).exec();
  await call(2, 'b');
  expect(await bench.server.redis.smembers(keys.queues)).toEqual(['q']);
  expect(await tokens(keys.wake)).toEqual(['1']);
});

test.each([
  ['the list of queues', keys.queues],
  ['the queue', keys.queue('q')],
])('where %s cannot be written nothing is stored, and the call may come again', async (_, key) => {
  await bench.server.redis.set(key, 'of another type');
  await expect(call(1, 'a')).rejects.toThrow('WRONGTYPE');
  expect(await bench.server.redis.keys('*wake*')).toEqual([]);
  await bench.server.redis.del(key);
  expect(await jobs()).toEqual([]);
  expect(await call(1, 'a')).toEqual({ status: 'queued', length: 1 });
});

test('without a payload it touches nothing: so a producer has Redis take it up', async () => {
  const names = [keys.queues, keys.queue('q'), keys.wakeQueue('q'), producer];
  expect(await bench.server.redis.eval(enqueueOne.source, names.length, ...names)).toBe(0);
  expect(await bench.server.redis.keys('*')).toEqual([]);
});

test('tokens of another type harm nobody', async () => {
  await bench.server.redis.mset(keys.wake, 'x', keys.wakeQueue('q'), 'x');
  expect(await call(1, 'a')).toEqual({ status: 'queued', length: 1 });
  expect(await jobs()).toEqual(['a']);
});

test('each 64th call is left to the script that prolongs and lists anew', () => {
  expect([0, 1, 63, 64, 65, 128].filter(isRegular)).toEqual([0, 64, 128]);
});
