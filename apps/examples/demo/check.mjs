// @ts-check
import { isDeepStrictEqual } from 'node:util';

/**
 * Prints each number beside what it must be, and tells whether all of them are right.
 *
 * @param {Record<string, [actual: unknown, expected: unknown]>} numbers
 */
export function check(numbers) {
  let isRight = true;
  for (const [name, [actual, expected]] of Object.entries(numbers)) {
    const fits = isDeepStrictEqual(actual, expected);
    isRight &&= fits;
    console.log(`  ${fits ? 'ok   ' : 'WRONG'} ${name}: ${actual}${fits ? '' : `, expected ${expected}`}`);
  }
  return isRight;
}
