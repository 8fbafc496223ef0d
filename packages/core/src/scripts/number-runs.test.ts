import { expect, test } from 'vitest';
import { pushRuns } from './number-runs.js';

test.each([
  [[], []],
  [[7], [7, 7]],
  [
    [1, 2, 3, 5, 7, 8],
    [1, 3, 5, 5, 7, 8],
  ],
  [
    [9, 3, 10, 2, 11],
    [2, 3, 9, 11],
  ],
  [
    [4, 4, 5],
    [4, 4, 4, 5],
  ],
])('%j in runs', (numbers, expected) => {
  const toArgs: (string | number | Buffer)[] = ['before'];
  expect(pushRuns([...numbers], toArgs)).toBe(expected.length / 2);
  expect(toArgs).toEqual(['before', ...expected]);
});
