import { expect, test } from 'vitest';
import { parseBytes } from './parse-bytes.js';

test.each([
  ['512mb', 512 * 2 ** 20],
  ['1.5g', 1.5 * 2 ** 30],
  ['700000', 700_000],
  ['64 MiB', 64 * 2 ** 20],
  ['2k', 2_048],
])('%s', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each(['', '0', '-5mb', 'mb', '5 apples', '1e3'])('%j is no size', (text) => {
  expect(parseBytes(text)).toBeUndefined();
});
