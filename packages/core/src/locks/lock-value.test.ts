import { expect, test } from 'vitest';
import { isProcessMark, leaseMark, newNumberer, newProcessMark, readLockValue } from './lock-value.js';

test('a lease is 15 digits, and no process has the same', () => {
  expect(leaseMark('77@host:0123456789ab')).toMatch(/^\d{15}$/);
  expect(leaseMark('77@host:0123456789ab')).toBe(leaseMark('77@host:0123456789ab'));
  const marks = Array.from({ length: 2_000 }, (_, at) => leaseMark(`${at}@host:`));
  expect(new Set(marks).size).toBe(2_000);
  expect(marks.some(isProcessMark)).toBe(false);
  expect(newProcessMark()).toMatch(/^9\d{14}$/);
  expect(newNumberer()).toMatch(/^\d{6}$/);
});

test('a value of ours is read as its second and its holder', () => {
  const value = `1764363410.${leaseMark('L')}0000011000000001`;
  expect(readLockValue(value)).toEqual({
    second: '1764363410',
    mark: leaseMark('L'),
    number: '0000011000000001',
  });
  // As a neighbour reads it.
  expect(Number.parseInt(value, 10)).toBe(1_764_363_410);
  expect(Math.floor(Number(value))).toBe(1_764_363_410);
});

test.each(['1764363410', '1764363410.25', 'h:1', '', '1764363410.123456789012345678901x'])(
  'any other text is a second, and nobody’s: %j',
  (text) => expect(readLockValue(text)).toEqual({ second: text, mark: null, number: '' }),
);
