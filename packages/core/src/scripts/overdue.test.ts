import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forget, rejectAfter, type Waiting } from './overdue.js';

let rejected: string[] = [];
beforeEach(() => {
  rejected = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

const command = (name: string): Waiting => ({
  place: undefined,
  reject: (error) => rejected.push(`${name}: ${error.message}`),
});

test('of many that wait, those that were not answered in their time are rejected, the oldest first', () => {
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(command) as [
    Waiting,
    Waiting,
    Waiting,
    Waiting,
    Waiting,
  ];
  for (const one of [a, b, c]) rejectAfter(one, 100);
  vi.advanceTimersByTime(60);
  for (const one of [d, e]) rejectAfter(one, 100);
  // From the middle, from the front and from the end, in no order.
  for (const one of [b, a, e]) forget(one);
  forget(b);
  vi.advanceTimersByTime(39);
  expect(rejected).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(rejected).toEqual(['c: Command timed out']);
  vi.advanceTimersByTime(60);
  expect(rejected).toEqual(['c: Command timed out', 'd: Command timed out']);
});

test('one that is sent again waits from its first time on, and limits do not mix', () => {
  const [short, long] = [command('short'), command('long')];
  rejectAfter(long, 200);
  rejectAfter(short, 50);
  vi.advanceTimersByTime(40);
  rejectAfter(short, 50);
  rejectAfter(long, 200);
  vi.advanceTimersByTime(10);
  expect(rejected).toEqual(['short: Command timed out']);
  vi.advanceTimersByTime(150);
  expect(rejected).toEqual(['short: Command timed out', 'long: Command timed out']);
});

test('after all were answered, the next one is watched like the first', () => {
  const [first, second] = [command('first'), command('second')];
  rejectAfter(first, 70);
  forget(first);
  vi.advanceTimersByTime(500);
  rejectAfter(second, 70);
  vi.advanceTimersByTime(70);
  expect(rejected).toEqual(['second: Command timed out']);
});
