import { expect, test } from 'vitest';
import { resumeQueues } from './resume-queues.js';
import { runScript } from './run-script.js';
import { scriptBench } from './script-bench.test-kit.js';

const bench = scriptBench();
const resume = (scope: 'all' | 'queues', ...queues: string[]) => {
  const { keys } = bench;
  const operands = { paused: keys.paused, pauseAll: keys.pauseAll, wake: keys.wake };
  const rest = { keys: queues.map((queue) => keys.wakeQueue(queue)), args: scope === 'all' ? [] : queues };
  return runScript(bench.server.redis, resumeQueues, operands, { scope }, rest);
};
const tokens = (key: string) => bench.server.redis.llen(key);

test('queues are resumed by name, and each is woken once', async () => {
  await bench.server.redis.sadd(bench.keys.paused, 'a', 'b', 'c');
  expect(await resume('queues', 'a', 'b')).toEqual({ status: 'resumed', changed: true });
  expect(await resume('queues', 'a')).toEqual({ status: 'resumed', changed: false });
  expect(await bench.server.redis.smembers(bench.keys.paused)).toEqual(['c']);
  expect(await tokens(bench.keys.wakeQueue('a'))).toBe(1);
  expect(await tokens(bench.keys.wakeQueue('c'))).toBe(0);
  expect(await tokens(bench.keys.wake)).toBe(0);
});

test('resuming everything wakes everybody, and leaves paused queues paused', async () => {
  await bench.server.redis.set(bench.keys.pauseAll, 'true');
  await bench.server.redis.sadd(bench.keys.paused, 'c');
  expect(await resume('all', 'a')).toEqual({ status: 'resumed', changed: true });
  expect(await tokens(bench.keys.wake)).toBe(1);
  expect(await tokens(bench.keys.wakeQueue('a'))).toBe(1);
  expect(await bench.server.redis.smembers(bench.keys.paused)).toEqual(['c']);
  expect(await resume('all')).toEqual({ status: 'resumed', changed: false });
});

test('a wake key that a stranger made something else does not stop a resume', async () => {
  await bench.server.redis.sadd(bench.keys.paused, 'a');
  await bench.server.redis.set(bench.keys.wakeQueue('a'), 'text');
  expect(await resume('queues', 'a')).toEqual({ status: 'resumed', changed: true });
});
