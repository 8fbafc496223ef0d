import { expect, test } from 'vitest';
import { reviseTerms } from './revise-terms.js';
import { runScript } from './run-script.js';
import { scriptBench } from './script-bench.test-kit.js';

const bench = scriptBench();
const { keys } = bench;

test('terms are rewritten as long as the lease is there', async () => {
  await bench.register('L', ['h:1:q']);
  const revise = () =>
    runScript(bench.server.redis, reviseTerms, { lease: keys.lease('L') }, { terms: '{"x":1}' });
  expect(await revise()).toEqual({ status: 'revised' });
  expect(await bench.server.redis.hget(keys.lease('L'), 'terms')).toBe('{"x":1}');
  await bench.server.redis.del(keys.lease('L'));
  expect(await revise()).toEqual({ status: 'lost' });
  expect(await bench.server.redis.exists(keys.lease('L'))).toBe(0);
});
