import { expect, test } from 'vitest';
import { deleteQueue } from './delete-queue.js';
import { runScript } from './run-script.js';
import { scriptBench } from './script-bench.test-kit.js';

const bench = scriptBench();
const remove = (queue: string) => {
  const { keys } = bench;
  const operands = { queues: keys.queues, list: keys.queue(queue), wake: keys.wakeQueue(queue) };
  return runScript(bench.server.redis, deleteQueue, operands, { queue });
};

test('a queue goes with its jobs and its wake token, and others stay', async () => {
  await bench.enqueue('q', '{}', '{}');
  await bench.enqueue('other', '{}');
  expect(await remove('q')).toEqual({ status: 'deleted', count: 2 });
  expect(await bench.server.redis.smembers(bench.keys.queues)).toEqual(['other']);
  expect(await bench.server.redis.keys('*:q')).toEqual([]);
  expect(await remove('q')).toEqual({ status: 'deleted', count: 0 });
});

test('a queue whose key is no list can be deleted', async () => {
  await bench.server.redis.set(bench.keys.queue('q'), 'text');
  expect(await remove('q')).toEqual({ status: 'deleted', count: 0 });
  expect(await bench.server.redis.exists(bench.keys.queue('q'))).toBe(0);
});
