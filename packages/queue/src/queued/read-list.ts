import type { Connection } from '@reskue/core/protocol';

const PAGE = 1_000;

/** What LRANGE gives, read in pages, so that no reply holds Redis up. Negative indices count from the tail. */
export async function readList(
  { client }: Connection,
  key: string,
  start: number,
  stop: number,
): Promise<string[]> {
  // With both ends on one side the length is known.
  if (start >= 0 === stop >= 0 && stop - start < PAGE) return client.lrange(key, start, stop);
  const toEnd = start >= 0 && stop === -1;
  const length = toEnd ? Infinity : await client.llen(key);
  const first = Math.max(start < 0 ? length + start : start, 0);
  const last = Math.min(stop < 0 ? length + stop : stop, length - 1);
  const found: string[] = [];
  for (let from = first; from <= last; from += PAGE) {
    const page = await client.lrange(key, from, Math.min(from + PAGE - 1, last));
    for (const text of page) found.push(text);
    if (page.length < PAGE) break;
  }
  return found;
}
