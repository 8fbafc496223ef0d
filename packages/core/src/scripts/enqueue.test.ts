import { expect, test } from 'vitest';
import { enqueue, type EnqueueReply } from './enqueue.js';
import { runScript } from './run-script.js';
import { scriptBench } from './script-bench.test-kit.js';

const bench = scriptBench();
const { keys } = bench;
const list = keys.queue('q');

/** One call; `fresh` as of a producer that was not answered yet. */
const call = (number: number, payloads: string[], fresh = '0'): Promise<EnqueueReply> =>
  runScript(
    bench.server.redis,
    enqueue,
    {
      queues: keys.queues,
      list,
      wake: keys.wakeQueue('q'),
      newQueue: keys.wake,
      producer: keys.producer('p'),
    },
    { queue: 'q', call: number, fresh, keepMs: 60_000 },
    { args: payloads },
  );
const queues = (): Promise<string[]> => bench.server.redis.smembers(keys.queues);

test('a call tells how long the queue is, and a second arrival of it changes nothing', async () => {
  expect(await call(1, ['a', 'b'])).toEqual({ status: 'queued', length: 2 });
  expect(await call(1, ['a', 'b'])).toEqual({ status: 'known', length: 2 });
  expect(await bench.server.redis.lrange(list, 0, -1)).toEqual(['a', 'b']);
  expect(await queues()).toEqual(['q']);
  expect(await bench.server.redis.lrange(keys.wake, 0, -1)).toEqual(['1']);
});

test('a queue is listed when it was empty, whoever took it off the list', async () => {
  await call(1, ['a']);
  await bench.server.redis.multi().srem(keys.queues, 'q').del(list).exec();
  await call(2, ['b']);
  expect(await queues()).toEqual(['q']);
});

test.each([
  ['by the first calls of a producer', 3, '1'],
  ['by each 64th call', 64, '0'],
])('one that holds jobs and was taken off the list is listed again %s', async (_, number, fresh) => {
  await call(1, ['a']);
  await bench.server.redis.srem(keys.queues, 'q');
  await call(2, ['b']);
  expect(await queues()).toEqual([]);
  await call(number, ['c'], fresh);
  expect(await queues()).toEqual(['q']);
});

test.each(['0', '1'])(
  'where the list of queues cannot be written nothing is stored, fresh %s',
  async (fresh) => {
    await bench.server.redis.set(keys.queues, 'no set');
    await expect(call(1, ['a', 'b'], fresh)).rejects.toThrow('WRONGTYPE');
    expect(await bench.server.redis.exists(list)).toBe(0);
    await bench.server.redis.del(keys.queues);
    expect(await call(1, ['a', 'b'], fresh)).toEqual({ status: 'queued', length: 2 });
  },
);
