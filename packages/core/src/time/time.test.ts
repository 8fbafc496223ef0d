import { expect, test } from 'vitest';
import { parseTime } from './parse-time.js';
import {
  localFailedAt,
  nodeDate,
  rubyFailedAt,
  rubyHeartbeat,
  rubyRunAt,
  rubyStarted,
} from './time-texts.js';

const at = Date.UTC(2026, 10, 22, 8, 15, 28);

test('the forms of both neighbours', () => {
  expect(rubyStarted(at)).toBe('2026-11-22 08:15:28 +0000');
  expect(rubyRunAt(at + 999)).toBe('2026-11-22T08:15:28Z');
  expect(rubyHeartbeat(at)).toBe('2026-11-22T08:15:28+00:00');
  expect(rubyFailedAt(at)).toBe('2026/11/22 08:15:28 UTC');
  expect(localFailedAt(new Date(2026, 0, 2, 3, 4, 5).getTime())).toBe('2026/01/02 03:04:05');
  expect(Date.parse(nodeDate(at))).toBe(at);
});

test.each([
  rubyStarted(at),
  rubyRunAt(at),
  rubyHeartbeat(at),
  rubyFailedAt(at),
  nodeDate(at),
  '2026/11/22 09:15:28 CET',
  '2026/11/22 17:15:28 JST',
  '2026/11/22 03:15:28 EST',
  '2026/11/22 08:15:28 XYZ',
  '2026/11/22 08:15:28',
  '2026-11-22 10:15:28 +0200',
  '2026-11-22T08:15:28.000Z',
  String(at / 1_000),
  at / 1_000,
])('%s is read', (text) => {
  expect(parseTime(text)).toBe(at);
});

test.each([undefined, null, '', 'soon', NaN, {}, '2026/99/99 08:15:28 UTC'])('%s is no time', (value) => {
  expect(parseTime(value)).toBe(undefined);
});
