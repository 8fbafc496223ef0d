import { expect, test } from 'vitest';
import { median, quantile, spread } from './statistics.mjs';

test('quantiles lie between the values next to them', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([1, 2, 3], 1)).toBe(3);
  expect(quantile([10, 20], 0.99)).toBeCloseTo(19.9);
  expect(median([7])).toBe(7);
  expect(median([])).toBeNaN();
});

test('the spread is how far the farthest is from the median, as a share of it', () => {
  expect(spread([90, 100, 130])).toBeCloseTo(0.3);
  expect(spread([0, 0])).toBe(0);
});
