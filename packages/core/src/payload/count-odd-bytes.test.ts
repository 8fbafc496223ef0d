import { expect, test } from 'vitest';
import { countOddBytes } from './count-odd-bytes.js';

const wordsOf = (bytes: Buffer): Int32Array => new Int32Array(Uint8Array.from(bytes).buffer);

test.each(Array.from({ length: 0x80 }, (_, code) => code))(
  'of ASCII, %i is counted if JSON escapes it and it is no backslash, wherever it stands',
  (code) => {
    const character = String.fromCharCode(code);
    const isOdd = character !== '\\' && JSON.stringify(character) !== `"${character}"`;
    for (let at = 0; at < 8; at += 1) {
      const bytes = Buffer.alloc(8, 0x20);
      bytes[at] = code;
      expect(countOddBytes(wordsOf(bytes), 0, 2)).toBe(isOdd ? 1 : 0);
    }
    for (const count of [1, 251, 252, 253, 1_000]) {
      const words = wordsOf(Buffer.alloc(count * 4, code));
      expect(countOddBytes(words, 0, count)).toBe(isOdd ? count * 4 : 0);
    }
  },
);

test('it looks at no words but those', () => {
  const words = wordsOf(Buffer.from('""""a"b"\n\n\nx""""'));
  expect(countOddBytes(words, 1, 3)).toBe(5);
  expect(countOddBytes(words, 1, 1)).toBe(0);
});
