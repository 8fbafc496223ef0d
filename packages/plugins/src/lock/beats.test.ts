import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { beatEvery, beatNoMore, type Beating } from './beats.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const beating = (beat: () => void): Beating => ({ beat, before: undefined, after: undefined });

test('each is reminded until it leaves, in whatever order they do', () => {
  const log: string[] = [];
  const [a, b, c] = ['a', 'b', 'c'].map((name) => beating(() => log.push(name))) as [
    Beating,
    Beating,
    Beating,
  ];
  const heard = (): string => {
    log.length = 0;
    vi.advanceTimersByTime(100);
    return log.sort().join('');
  };
  for (const each of [a, b, c]) beatEvery(100, each);
  expect(heard()).toBe('abc');
  beatNoMore(100, b);
  expect(heard()).toBe('ac');
  beatNoMore(100, b);
  beatNoMore(100, c);
  expect(heard()).toBe('a');
  beatEvery(100, b);
  beatNoMore(100, a);
  expect(heard()).toBe('b');
  beatNoMore(100, b);
  expect(vi.getTimerCount()).toBe(0);
});

test('one that leaves while it is reminded leaves the others in their places', () => {
  const log: string[] = [];
  const all = ['a', 'b', 'c'].map((name) => {
    const each: Beating = beating(() => {
      log.push(name);
      beatNoMore(100, each);
    });
    return each;
  });
  for (const each of all) beatEvery(100, each);
  vi.advanceTimersByTime(300);
  expect(log.sort()).toEqual(['a', 'b', 'c']);
  expect(vi.getTimerCount()).toBe(0);
});

test('those of other times do not share the timer', () => {
  const log: string[] = [];
  const [a, b] = ['a', 'b'].map((name) => beating(() => log.push(name))) as [Beating, Beating];
  beatEvery(100, a);
  beatEvery(250, b);
  vi.advanceTimersByTime(500);
  expect(log.filter((name) => name === 'a')).toHaveLength(5);
  expect(log.filter((name) => name === 'b')).toHaveLength(2);
  beatNoMore(100, b);
  beatNoMore(100, a);
  beatNoMore(250, b);
  expect(vi.getTimerCount()).toBe(0);
});
