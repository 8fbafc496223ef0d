import { randomUUID } from 'node:crypto';
import { removeDelayed, removeEntries, type Connection } from '@reskue/core/protocol';
import { delayedEntry, delayedJobs, type DelayedJob } from '../delayed-entries.js';
import type { JobEntry } from '../job-entry.js';
import { readSlices } from '../read-slices.js';

interface Options {
  readonly texts: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Removes entries of a list, read from the tail, so that nothing is missed while workers take jobs from the head. Gives how
 * many were removed after each slice, each in one step.
 */
export async function* removeMatching(
  connection: Connection,
  list: string,
  { texts, signal }: Options,
  isMeant: (text: string) => boolean,
): AsyncGenerator<number, void> {
  for await (const slice of readSlices(connection, list, { from: 'tail', texts, signal })) {
    const wanted = [...new Set(slice.entries.map(({ text }) => text).filter(isMeant))];
    if (wanted.length === 0) continue;
    const stretch = {
      first: slice.first - slice.read + 1,
      last: slice.first,
      tombstone: `removed ${randomUUID()}`,
    };
    const { count } = await connection.run(removeEntries, { list }, stretch, { args: wanted });
    slice.removed(count);
    yield count;
  }
}

/** The same for delayed jobs, a page of a second at a time. */
export async function* removeDelayedMatching(
  connection: Connection,
  { texts, signal }: Options,
  isMeant: (entry: JobEntry, text: string) => boolean,
): AsyncGenerator<number, void> {
  const { keys } = connection;
  for await (const page of collected(delayedJobs(connection, { texts, signal }), isMeant)) {
    const removed = await Promise.all(
      page.map(({ second, payload }) =>
        connection.run(
          removeDelayed,
          {
            bucket: keys.bucket(second),
            timestamps: keys.timestamps(payload),
            schedule: keys.schedule,
            due: keys.due,
          },
          { second, payload },
        ),
      ),
    );
    yield removed.reduce((sum, { count }) => sum + count, 0);
  }
}

/** All that are meant are read first: what is removed while reading would shift what is yet to be read. */
export async function* collected(
  pages: AsyncIterable<DelayedJob[]>,
  isMeant: (entry: JobEntry, text: string) => boolean,
): AsyncGenerator<DelayedJob[], void> {
  const found: DelayedJob[] = [];
  for await (const page of pages) {
    for (const job of page) if (isMeant(delayedEntry(job), job.payload)) found.push(job);
  }
  for (let at = 0; at < found.length; at += 200) yield found.slice(at, at + 200);
}
