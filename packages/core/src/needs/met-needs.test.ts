import { expect, test } from 'vitest';
import { BroughtLocks } from '../locks/brought-locks.js';
import type { JobNeeds } from './job-needs.js';
import { MetNeeds } from './met-needs.js';

const head = '{"class":"add","queue":"q","args":';
const needs: JobNeeds = { head, lock: { front: 'lock:', ttlMs: 60_000 } };
const metFor = (args: string, brought?: BroughtLocks): MetNeeds =>
  new MetNeeds(needs, `${head}${args}}`, 7, brought, 100, true);

test.each<[string, unknown[]]>([
  ['["a"]', ['a']],
  ['["é \u2028"]', ['é \u2028']],
  ['[""]', ['']],
  ['[1]', [1]],
  ['["a",1,true,null,{"b":[]}]', ['a', 1, true, null, { b: [] }]],
  ['[]', []],
])('%s is the payload of its args', (text, args) => {
  expect(metFor(text).isOf(args)).toBe(true);
  expect(metFor(text).isOf([...args, 'more'])).toBe(false);
});

test.each<[string, unknown[]]>([
  ['["\\u0061"]', ['a']],
  ['["a" ]', ['a']],
  ['["\uFFFD"]', ['\uFFFD']],
  ['["\uFFFD",1]', ['\uFFFD', 1]],
  ['[1.0]', [1]],
  ['[1E-7]', [1e-7]],
  ['["a"],"enqueuedAt":1', ['a']],
  ['[1],"args":["a"]', ['a']],
  ['["a"]', ['b', 'c']],
  ['[1]', [() => 1]],
])('%s is no payload that these args would be written as', (text, args) => {
  expect(metFor(text).isOf(args)).toBe(false);
});

test('other args are looked at anew', () => {
  const met = metFor('["a"]');
  expect([['a'], ['ab'], ['a']].map((args) => met.isOf(args))).toEqual([true, false, true]);
});

test('a lock is the one that is wanted, while it was not lost', () => {
  const brought = new BroughtLocks('L', 7, 1);
  const met = metFor('["a"]', brought);
  brought.answered([met]);
  expect(met.lockKey).toBe('lock:["a"]');
  expect(met.lockValue).toMatch(/^161\.\d{21}07$/);
  expect([met.hasLock('lock:', 60_000), met.hasLock('lock:', 61_000), met.hasLock('other:', 60_000)]).toEqual(
    [true, false, false],
  );
  met.lose();
  expect(met.hasLock('lock:', 60_000)).toBe(false);
  expect(metFor('["a"]').hasLock('lock:', 60_000)).toBe(false);
});
