import { randomUUID } from 'node:crypto';
import { isMock, removeEntries, type Connection } from '@reskue/core/protocol';
import type { QueueContext } from '../queue-context.js';
import { removeOne } from './remove-one.js';
import { walkList, type Stretch } from './walk-list.js';

/** Which entries of a list are to go. */
export interface Wanted {
  list: string;
  /** Texts that such an entry holds: a cheap test, made by Redis. */
  texts: readonly string[];
  /** The test proper. */
  matches: (text: string) => boolean;
}

/**
 * Removes everything wanted; read from the tail, so that nothing is missed while workers take jobs from the head. `gone` is
 * told the texts that were removed. Gives how many entries were.
 */
export async function removeAll(
  connection: Connection,
  { list, texts, matches }: Wanted,
  gone: (texts: string[]) => void = () => {},
): Promise<number> {
  let removed = 0;
  await walkList(connection, list, { from: 'tail', texts }, async (stretch) => {
    const wanted = [...new Set(stretch.entries.filter(matches))];
    if (wanted.length === 0) return 0;
    const remove = isMock(connection.client) ? removePlainly : removeWithin;
    const count = await remove(connection, list, stretch, wanted, gone);
    removed += count;
    return count;
  });
  return removed;
}

/** Removes at most so many, from the head or the tail on. */
export async function removeSome(
  context: QueueContext,
  { list, texts, matches }: Wanted,
  from: 'head' | 'tail',
  most: number,
): Promise<number> {
  let removed = 0;
  await walkList(context.connection, list, { from, texts }, async ({ entries }) => {
    let here = 0;
    for (const text of entries) {
      if (removed + here === most) break;
      if (matches(text)) here += await removeOne(context, list, from, text);
    }
    removed += here;
    return removed === most ? 'stop' : here;
  });
  return removed;
}

async function removeWithin(
  connection: Connection,
  list: string,
  { first, read }: Stretch,
  wanted: string[],
  gone: (texts: string[]) => void,
): Promise<number> {
  const stretch = { first: first - read + 1, last: first, tombstone: `removed ${randomUUID()}` };
  const { count, texts } = await connection.run(removeEntries, { list }, stretch, { args: wanted });
  gone(texts.flatMap((at) => wanted[at] ?? []));
  return count;
}

/** The same without Lua, for the clients of ioredis-mock. */
async function removePlainly(
  { client }: Connection,
  list: string,
  _stretch: Stretch,
  wanted: string[],
  gone: (texts: string[]) => void,
): Promise<number> {
  let count = 0;
  for (const text of wanted) {
    const here = await client.lrem(list, 0, text);
    if (here > 0) gone([text]);
    count += here;
  }
  return count;
}
