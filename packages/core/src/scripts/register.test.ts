import { expect, test } from 'vitest';
import { succeeded } from './outcome.js';
import { claims, scriptBench, settlements } from './script-bench.test-kit.js';

const bench = scriptBench();
const { keys } = bench;

test('a worker id that a neighbour took off the list stays its process’s: whoever comes is refused it', async () => {
  const { redis } = bench.server;
  await bench.register('L', ['h:1:q']);
  await bench.enqueue('q', '{"args":[1]}', '{"args":[2]}');
  await bench.cycle('L', [{}]);
  // node-resque's clean-up; the process goes on.
  await redis.multi().srem(keys.workers, 'h:1:q').del(keys.record('h:1:q')).exec();
  expect(await bench.register('M', ['h:1:q'])).toEqual(['taken']);
  expect(await bench.register('M', ['h:1+x2:q'])).toEqual(['registered']);
  expect(claims(await bench.cycle('M', [{ workerId: 'h:1+x2:q' }]))).toEqual(['{"args":[2]}']);
  const late = await bench.cycle('L', [{ number: 2, wants: false, outcome: succeeded() }]);
  expect(settlements(late)).toEqual(['lost']);
  expect(await redis.get(keys.record('h:1+x2:q'))).toContain('"payload":{"args":[2]}');
});

test.each([
  ['a look a moment ago: no more time', 4_000, 1_010_000],
  ['nobody looked for a while, as when the only process died or Redis was away: 5 s', 9_000, 1_014_000],
])('%s', async (_, laterMs, expiry) => {
  await bench.register('L', ['h:1:q'], 1_000_000);
  await bench.register('M', ['h:2:q'], 1_000_000 + laterMs);
  expect(await bench.server.redis.zscore(keys.leases, 'L')).toBe(String(expiry));
});
