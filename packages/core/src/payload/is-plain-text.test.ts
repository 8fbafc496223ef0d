import { expect, test } from 'vitest';
import { isPlainText } from './is-plain-text.js';

const lengths = [0, 1, 3, 999, 1_000, 1_001, 1_002, 1_003, 16_383, 16_384, 16_385, 40_001];
const characters = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code));
const others = ['\u2028', '\ud800', '日', '😀'];

test.each(lengths)(
  'of %i characters it is plain only if JSON writes it as it is, wherever a character stands',
  (length) => {
    const wrong: string[] = [];
    const look = (text: string, what: string): void => {
      if (isPlainText(text) && JSON.stringify(text) !== `"${text}"`) wrong.push(what);
    };
    for (const character of [...characters, ...others]) {
      for (const place of new Set([0, 1, 2, 3, length >> 1, length - 2, length - 1])) {
        if (place < 0 || place >= length) continue;
        const text = 'x'.repeat(place) + character + 'y'.repeat(length - place - 1);
        look(text, `${character.charCodeAt(0)} at ${place}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(isPlainText('~ '.repeat(length).slice(0, length))).toBe(true);
  },
);

test('a text behind a longer one is looked at by itself', () => {
  expect(isPlainText(`${'x'.repeat(20_000)}\n`)).toBe(false);
  expect(isPlainText('x'.repeat(1_001))).toBe(true);
  expect(isPlainText(`${'x'.repeat(1_001)}\n`)).toBe(false);
  expect(isPlainText('x'.repeat(1_000))).toBe(true);
});
