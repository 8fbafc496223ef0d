import { expect, test } from 'vitest';
import { decodeRecord } from '../record/worker-record.js';
import { restamp } from './restamp.js';
import { runScript } from './run-script.js';
import { scriptBench } from './script-bench.test-kit.js';

const bench = scriptBench();
const { keys } = bench;
const record = keys.record('h:1:q');
const stamp = (claim: number) =>
  runScript(bench.server.redis, restamp, { record }, { id: 'L', claim, runAt: 'a later time' });

test('changes the time in the record of this claim, and nothing else', async () => {
  const payload = '{"args":[",\\"run_at\\":\\"x"]}';
  await bench.register('L', ['h:1:q']);
  await bench.enqueue('a "run_at":"b', payload);
  await bench.cycle('L', [{ number: 7 }], ['a "run_at":"b']);
  const before = (await bench.server.redis.get(record)) ?? '';
  expect(await stamp(7)).toEqual({ status: 'restamped' });
  const after = (await bench.server.redis.get(record)) ?? '';
  expect(decodeRecord(after)).toEqual({ ...decodeRecord(before), runAt: 'a later time' });
  expect(after).toContain(payload);
});

test('leaves alone what another claim holds, and makes no record', async () => {
  await bench.register('L', ['h:1:q']);
  expect(await stamp(7)).toEqual({ status: 'changed' });
  await bench.enqueue('q', '1');
  await bench.cycle('L', [{ number: 70 }]);
  expect(await stamp(7)).toEqual({ status: 'changed' });
  expect(await bench.server.redis.get(record)).not.toContain('a later time');
});
