import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { plainTexts } from './plain-texts.js';

test('texts, keys and integers are given, the longest first', () => {
  expect(plainTexts(['add', [1_234_567, { key: 'v', deep: [true, null, 7] }]])).toEqual([
    '1234567',
    '"deep"',
    '"add"',
    '"key"',
    '"v"',
    '7',
  ]);
});

test.each([
  [
    'a character that some writers escape',
    ['<b>', 'a&b', "it's", 'a/b', 'a"b', 'a\\b', 'é', '\u0001', '\u007f'],
  ],
  ['a number that some write otherwise', [0.1, 1e14, 1e20, -1e300, Number.NaN]],
])('%s is left out', (_, values) => {
  expect(plainTexts(values)).toEqual([]);
});

test('what stands in the text of every writer is found in what Ruby and node-resque wrote', () => {
  const file = readFileSync(new URL('../wire-vectors.json', import.meta.url), 'utf8');
  // Lists of payloads under the names of their queues, as recorded.
  const vectors = JSON.parse(file) as Record<string, Record<'node' | 'ruby', Record<string, string[]>>>;
  let compared = 0;
  for (const { node, ruby } of Object.values(vectors)) {
    const [ours, theirs] = [node['resque:queue:rig']?.[0], ruby['resque:queue:rig']?.[0]];
    // One of the recordings has other args on Ruby's side.
    if (ours === undefined || theirs === undefined || ours.includes('1970')) continue;
    const { class: name, args } = JSON.parse(ours) as { class: string; args: unknown };
    for (const text of plainTexts([name, args]))
      expect([ours.includes(text), theirs.includes(text)]).toEqual([true, true]);
    compared += 1;
  }
  expect(compared).toBeGreaterThanOrEqual(8);
});

test('no more than 8 texts, and nothing below 20 levels, is asked of Redis', () => {
  expect(plainTexts(Array.from({ length: 100 }, (_, at) => at))).toHaveLength(8);
  let nested: unknown = 'deep down';
  for (let level = 0; level < 50_000; level += 1) nested = [nested];
  expect(plainTexts(nested)).toEqual([]);
});
