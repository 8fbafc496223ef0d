import { expect, test } from 'vitest';
import { Later, type Hearing } from './later.js';

const noting = (log: unknown[]): Hearing<string, number> => ({
  next: (hearer, value) => void log.push([hearer, value]),
  failed: (hearer, error) => void log.push([hearer, error]),
});

test('who hears it hears it at once, before or after it is known', () => {
  const log: unknown[] = [];
  const [early, late] = [new Later<number>(), new Later<number>()];
  early.hear(noting(log), 'early');
  expect(log).toEqual([]);
  early.resolve(1);
  late.resolve(2);
  late.hear(noting(log), 'late');
  expect(log).toEqual([
    ['early', 1],
    ['late', 2],
  ]);
});

test('the same of what was thrown; and what comes after the first end is nothing', () => {
  const log: unknown[] = [];
  const later = new Later<number>();
  later.hear(noting(log), 'one');
  later.reject('no');
  later.resolve(1);
  later.reject('again');
  expect(log).toEqual([['one', 'no']]);
});

test('to others it is a promise, whenever they come', async () => {
  const log: unknown[] = [];
  const later = new Later<number>();
  const before = later.then((value) => value + 1);
  later.hear(noting(log), 'beside');
  later.resolve(1);
  expect(await before).toBe(2);
  expect(await later).toBe(1);
  expect(await later.finally(() => log.push('finally'))).toBe(1);
  expect(log).toEqual([['beside', 1], 'finally']);
  expect(Object.prototype.toString.call(later)).toBe('[object Promise]');
});

test('one that fails rejects', async () => {
  const later = new Later<number>();
  const caught = later.catch((error: unknown) => error);
  later.reject(new Error('boom'));
  expect(await caught).toEqual(new Error('boom'));
  await expect(later).rejects.toThrow('boom');
});
