import { expect, test } from 'vitest';
import { queueBench } from './queue-bench.test-kit.js';

const bench = queueBench({ appendonly: 'always' });

test('jobs enqueued while Redis restarts are all there, each once', async () => {
  const queue = await bench.queue();
  const numbers = Array.from({ length: 1_000 }, (_, at) => at);
  const enqueueing = Promise.all(numbers.map((number) => queue.enqueue('q', 'job', [number])));
  await bench.server.restart();
  expect(new Set(await enqueueing)).toEqual(new Set([true]));
  const stored = (await queue.queued('q', 0, -1)).map(({ args }) => args[0] as number);
  expect(stored.sort((one, other) => one - other)).toEqual(numbers);
});

test('jobs enqueued while Redis is killed are all there, each once', async () => {
  const queue = await bench.queue();
  const numbers = Array.from({ length: 1_000 }, (_, at) => at);
  const enqueueing = Promise.all(numbers.map((number) => queue.enqueue('q', 'job', [number])));
  await bench.server.server.kill();
  await bench.server.restart();
  expect(new Set(await enqueueing)).toEqual(new Set([true]));
  const stored = (await queue.queued('q', 0, -1)).map(({ args }) => args[0] as number);
  expect(stored.sort((one, other) => one - other)).toEqual(numbers);
});
