import { randomUUID } from 'node:crypto';
import {
  decodeJob,
  encodeJob,
  isMock,
  jobMatcher,
  removeEntries,
  type Connection,
} from '@reskue/core/protocol';
import { plainTexts } from './plain-texts.js';
import { readList } from './read-list.js';
import { walkList, type Stretch } from './walk-list.js';

/**
 * Removes the jobs of a queue that are the same as the given one, whoever wrote them. `count` as with LREM: 0 all,
 * positive so many from the head, negative from the tail. Gives how many were removed.
 */
export async function removeJobs(
  connection: Connection,
  queue: string,
  name: string,
  args: readonly unknown[],
  count: number,
): Promise<number> {
  const list = connection.keys.queue(queue);
  const isSame = jobMatcher({ class: name, queue, args });
  const texts = plainTexts([name, args]);
  if (count === 0) {
    // Most were written by our like: one command takes them all.
    const exact = encodeJob(connection.dialect, queue, name, args);
    return (
      (await connection.client.lrem(list, 0, exact)) + (await removeAll(connection, list, texts, isSame))
    );
  }
  if (count < 0) return removeSome(connection, list, 'tail', texts, isSame, -count);
  const removed = await removeSome(connection, list, 'head', texts, isSame, count);
  if (removed === count) return removed;
  // Workers that took jobs meanwhile have moved some past the reading.
  return removed + (await removeSome(connection, list, 'tail', texts, isSame, count - removed));
}

/**
 * Removes the jobs of a class from a queue, looking at the entries from `start` to `stop` (as LRANGE counts). Gives how
 * many of these are of the class; equal ones outside of the range go, too, as in node-resque.
 */
export async function removeByClass(
  connection: Connection,
  queue: string,
  name: string,
  start: number,
  stop: number,
): Promise<number> {
  const list = connection.keys.queue(queue);
  const isOfClass = (text: string): boolean => {
    const decoded = decodeJob(text);
    return decoded.ok && decoded.job.class === name;
  };
  if (start === 0 && stop === -1) return removeAll(connection, list, plainTexts([name]), isOfClass);
  const matching = (await readList(connection, list, start, stop)).filter(isOfClass);
  for (const text of new Set(matching)) await connection.client.lrem(list, 0, text);
  return matching.length;
}

/** Removes everything wanted; read from the tail, so that nothing is missed while workers take jobs from the head. */
async function removeAll(
  connection: Connection,
  list: string,
  texts: readonly string[],
  isWanted: (text: string) => boolean,
): Promise<number> {
  let removed = 0;
  await walkList(connection, list, { from: 'tail', texts }, async (stretch) => {
    const wanted = new Set(stretch.entries.filter(isWanted));
    const gone = wanted.size === 0 ? 0 : await removeWithin(connection, list, stretch, wanted);
    removed += gone;
    return gone;
  });
  return removed;
}

async function removeWithin(
  connection: Connection,
  list: string,
  { first, read }: Stretch,
  texts: ReadonlySet<string>,
): Promise<number> {
  if (isMock(connection.client)) {
    const counts = await Promise.all([...texts].map((text) => connection.client.lrem(list, 0, text)));
    return counts.reduce((sum, count) => sum + count, 0);
  }
  const stretch = { first: first - read + 1, last: first, tombstone: `removed ${randomUUID()}` };
  const { count } = await connection.run(removeEntries, { list }, stretch, { args: [...texts] });
  return count;
}

async function removeSome(
  connection: Connection,
  list: string,
  from: 'head' | 'tail',
  texts: readonly string[],
  isWanted: (text: string) => boolean,
  most: number,
): Promise<number> {
  let removed = 0;
  await walkList(connection, list, { from, texts }, async ({ entries }) => {
    let gone = 0;
    for (const text of entries) {
      if (removed + gone === most) break;
      if (isWanted(text)) gone += await connection.client.lrem(list, from === 'head' ? 1 : -1, text);
    }
    removed += gone;
    return removed === most ? 'stop' : gone;
  });
  return removed;
}
