import { expect, test } from 'vitest';
import { nextDelay } from './next-delay.js';
import { resolveRetryOptions, type RetryOptions } from './retry-options.js';

const error = new Error('bad');
const delays = (options: RetryOptions, most: number): Promise<number[]> =>
  Promise.all(
    Array.from({ length: most }, (_, at) =>
      nextDelay(resolveRetryOptions({ ...options }, 'node'), at + 1, error),
    ),
  );

test('without a strategy each delay is retryDelay', async () => {
  expect(await delays({}, 2)).toEqual([5_000, 5_000]);
  expect(await delays({ retryDelay: 7, backoffStrategy: null }, 2)).toEqual([7, 7]);
  expect(await delays({ retryDelay: 7, backoffStrategy: [] }, 2)).toEqual([7, 7]);
});

test('of a list each failure has its own, and the last is for all further ones', async () => {
  expect(await delays({ backoffStrategy: [10, 0, 30] }, 5)).toEqual([10, 0, 30, 30, 30]);
});

test('a function is given the number of failures and the error', async () => {
  const seen: unknown[] = [];
  const backoffStrategy = (failures: number, thrown: unknown): number => {
    seen.push(thrown);
    return failures * 100;
  };
  expect(await delays({ backoffStrategy }, 3)).toEqual([100, 200, 300]);
  expect(seen).toEqual([error, error, error]);
  expect(await delays({ backoffStrategy: async () => 5 }, 1)).toEqual([5]);
});

test.each([NaN, -1, Infinity, '5', undefined])('a function that gives %s is refused', async (given) => {
  // Any value may come from a function in JavaScript.
  const backoffStrategy = (): number => given as number;
  await expect(delays({ backoffStrategy }, 1)).rejects.toMatchObject({
    code: 'RESKUE_OPTION_INVALID',
    cause: error,
  });
});

test('exponential delays are spread over the whole of a range that doubles, up to its cap', async () => {
  const options: RetryOptions = { backoffStrategy: 'exponential', retryDelay: 100, maxRetryDelay: 1_000 };
  for (const [failures, top] of [
    [1, 100],
    [2, 200],
    [4, 800],
    [5, 1_000],
    [2_000, 1_000],
  ] as const) {
    const resolved = resolveRetryOptions({ ...options }, 'node');
    const drawn = await Promise.all(Array.from({ length: 400 }, () => nextDelay(resolved, failures, error)));
    expect(Math.max(...drawn)).toBeLessThanOrEqual(top);
    // 400 draws that all miss a tenth of the range: once in 10^18 runs.
    expect(Math.max(...drawn)).toBeGreaterThan(top * 0.9);
    expect(Math.min(...drawn)).toBeLessThan(top * 0.1);
  }
});

test.each([
  [{}, 0, 1],
  [{ retryLimit: 0 }, 0, 0],
  [{ retryLimit: 1 }, 0, 1],
  [{ retryLimit: 3 }, 2, 3],
] as [RetryOptions, number, number][])('%j means %i retries, and in Ruby %i', (options, node, ruby) => {
  expect(resolveRetryOptions({ ...options }, 'node').retries).toBe(node);
  expect(resolveRetryOptions({ ...options }, 'ruby').retries).toBe(ruby);
});
