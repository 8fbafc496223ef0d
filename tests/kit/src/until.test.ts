import { expect, test } from 'vitest';
import { until } from './until.js';

test('resolves with what the probe gives as soon as it is truthy', async () => {
  let calls = 0;
  expect(await until(() => ++calls > 3 && { calls })).toEqual({ calls: 4 });
});

test('a probe that throws has not succeeded yet', async () => {
  let calls = 0;
  const probe = async () => {
    if (++calls < 3) throw new Error('not yet');
    return 'done';
  };
  expect(await until(probe)).toBe('done');
});

test('rejects after the time with what the probe gave or threw last', async () => {
  await expect(until(() => 0, { timeoutMs: 10 })).rejects.toThrow('not so within 10 ms: () => 0; last: 0');
  const never = () => Promise.reject(new Error('gone away'));
  await expect(until(never, { timeoutMs: 10 })).rejects.toThrow('last: Error: gone away');
});
