import { decodeJob, encodeJob, jobMatcher } from '@reskue/core/protocol';
import type { QueueContext } from '../queue-context.js';
import { isTold, tellPlugins } from './after-dequeue.js';
import { plainTexts, plainTextsOfJob } from './plain-texts.js';
import { readList } from './read-list.js';
import { removeAll, removeSome, type Wanted } from './remove-entries.js';

/**
 * Removes the jobs of a queue that are the same as the given one, whoever wrote them. `count` as with LREM: 0 all,
 * positive so many from the head, negative from the tail. Gives how many were removed.
 */
export async function removeJobs(
  context: QueueContext,
  queue: string,
  name: string,
  args: readonly unknown[],
  count: number,
): Promise<number> {
  const { connection } = context;
  const matches = jobMatcher({ class: name, queue, args });
  const wanted: Wanted = {
    list: connection.keys.queue(queue),
    texts: plainTextsOfJob(name, args),
    matches: (text) => matches(text),
  };
  const exact = encodeJob(connection.dialect, queue, name, args);
  const removed = await removeSuch(context, wanted, exact, count);
  if (removed > 0 && isTold(context, name)) await tellPlugins(context, queue, [exact]);
  return removed;
}

async function removeSuch(
  context: QueueContext,
  wanted: Wanted,
  exact: string,
  count: number,
): Promise<number> {
  const { connection } = context;
  if (count === 0) {
    // Most were written by our like: one command takes them all.
    const removed = await connection.client.lrem(wanted.list, 0, exact);
    return removed + (await removeAll(connection, wanted));
  }
  if (count < 0) return removeSome(context, wanted, 'tail', -count);
  const removed = await removeSome(context, wanted, 'head', count);
  if (removed === count) return removed;
  // Workers that took jobs meanwhile have moved some past the reading.
  return removed + (await removeSome(context, wanted, 'tail', count - removed));
}

/**
 * Removes the jobs of a class from a queue, looking at the entries from `start` to `stop` (as LRANGE counts). Gives how
 * many of these are of the class; equal ones outside of the range go, too, as in node-resque.
 */
export async function removeByClass(
  context: QueueContext,
  queue: string,
  name: string,
  start: number,
  stop: number,
): Promise<number> {
  const { connection } = context;
  const list = connection.keys.queue(queue);
  const matches = (text: string): boolean => classOf(text) === name;
  const gone = new Set<string>();
  const remember = isTold(context, name) ? (texts: string[]) => addAll(gone, texts) : undefined;
  let count: number;
  if (start === 0 && stop === -1) {
    count = await removeAll(connection, { list, texts: plainTexts([name]), matches }, remember);
  } else {
    const matching = (await readList(connection, list, start, stop)).filter(matches);
    count = matching.length;
    for (const text of new Set(matching)) {
      if ((await connection.client.lrem(list, 0, text)) > 0) remember?.([text]);
    }
  }
  await tellPlugins(context, queue, gone);
  return count;
}

/** The class of a job, undefined where the text is none. */
export function classOf(text: string): string | undefined {
  const decoded = decodeJob(text);
  return decoded.ok ? decoded.job.class : undefined;
}

function addAll(set: Set<string>, texts: string[]): void {
  for (const text of texts) set.add(text);
}
