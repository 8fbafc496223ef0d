import { encodeArgs } from '@reskue/core/protocol';

const MOST = 8;
// Deeper than that nothing tells more, and a hostile nesting would use up the stack.
const DEPTH = 20;

/** The texts of a job that is looked for, as it comes back from Redis: without members that are undefined, say. */
export const plainTextsOfJob = (name: string, args: readonly unknown[]): string[] =>
  plainTexts([name, JSON.parse(encodeArgs(args))]);

/**
 * Texts that the JSON of a value holds, whoever wrote it: a cheap test before decoding. The longest first, for they tell
 * most. Left out is what writers write differently: fractions, big numbers, and strings with characters that some escape.
 */
export function plainTexts(value: unknown): string[] {
  const found = new Set<string>();
  collect(value, found, DEPTH);
  return [...found].sort((one, other) => other.length - one.length).slice(0, MOST);
}

function collect(value: unknown, found: Set<string>, depth: number): void {
  if (typeof value === 'string') {
    if (/^[ !#-%(-.0-;=?-[\]-~]*$/.test(value)) found.add(`"${value}"`);
  } else if (typeof value === 'number') {
    // 1.0 holds "1"; from 15 digits on, some write 1e+15.
    if (Number.isInteger(value) && Math.abs(value) < 1e14) found.add(String(Math.abs(value)));
  } else if (typeof value === 'object' && value !== null && depth > 0) {
    for (const [key, member] of Object.entries(value)) {
      if (!Array.isArray(value)) collect(key, found, depth);
      collect(member, found, depth - 1);
    }
  }
}
