import { decodeRecord, type Connection } from '@reskue/core/protocol';
import { delayedEntry, delayedJobs } from './delayed-entries.js';
import { failureEntry, type FailureEntry } from './failure-entry.js';
import { jobEntry, type JobEntry, type JobState } from './job-entry.js';
import { readSlices } from './read-slices.js';
import type { Selection } from './selection.js';
import { readWorkers } from './read-workers.js';

/** Chosen jobs of one state, in the order in which they lie; failed ones the newest first. */
export async function* matchingJobs(
  connection: Connection,
  state: JobState,
  queue: string | undefined,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<JobEntry | FailureEntry, void> {
  const isMeant = (entry: JobEntry, text: string) =>
    (queue === undefined || entry.queue === queue) && selection.matches(entry, text);
  const { texts } = selection;
  if (state === 'delayed') {
    for await (const page of delayedJobs(connection, { texts, signal })) {
      for (const job of page) {
        const entry = delayedEntry(job);
        if (isMeant(entry, job.payload)) yield entry;
      }
    }
  } else if (state === 'failed') {
    for await (const { entries } of readSlices(connection, connection.keys.failed, {
      from: 'tail',
      texts,
      signal,
    })) {
      for (const { text } of entries) {
        const entry = failureEntry(text);
        if (isMeant(entry, text)) yield entry;
      }
    }
  } else if (state === 'working') {
    yield* jobsAtWork(connection, isMeant);
  } else {
    const queues = queue === undefined ? await queueNames(connection) : [queue];
    for (const name of queues) {
      for await (const { entries } of readSlices(connection, connection.keys.queue(name), {
        from: 'head',
        texts,
        signal,
      })) {
        for (const { text } of entries) {
          const entry = jobEntry(text, 'waiting', name);
          // A job belongs to the queue that it lies in, whatever its payload says.
          if (selection.matches(entry, text)) yield { ...entry, queue: name };
        }
      }
    }
  }
}

async function* jobsAtWork(
  connection: Connection,
  isMeant: (entry: JobEntry, text: string) => boolean,
): AsyncGenerator<JobEntry, void> {
  for (const { id, record } of await readWorkers(connection)) {
    if (record === null) continue;
    const decoded = decodeRecord(record);
    const payload = decoded?.payload ?? record;
    const entry: JobEntry = {
      ...jobEntry(payload, 'working', decoded?.queue),
      worker: id,
      runAt: decoded?.runAt ?? null,
    };
    if (isMeant(entry, payload)) yield entry;
  }
}

export async function queueNames({ client, keys }: Connection): Promise<string[]> {
  return (await client.smembers(keys.queues)).sort();
}
