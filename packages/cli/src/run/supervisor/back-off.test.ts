import { expect, test } from 'vitest';
import { BackOff } from './back-off.js';

test('the pause doubles from 1 s to 30 s, and is 1 s again after a healthy minute', () => {
  const backOff = new BackOff();
  expect([10, 10, 10, 10, 10, 10, 59_999].map((livedMs) => backOff.next(livedMs))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ]);
  expect(backOff.next(60_000)).toBe(1_000);
  expect(backOff.next(500)).toBe(2_000);
});
