import { bucketSecond, type Connection, type ParsedJob } from '@reskue/core/protocol';
import { readList } from '../queued/read-list.js';
import { readJob } from '../queued/read-job.js';
import { scheduledSeconds } from './scheduled-seconds.js';

/** The times (epoch ms, ascending) for which jobs are delayed. */
export async function timestamps(connection: Connection): Promise<number[]> {
  const found: number[] = [];
  for await (const seconds of scheduledSeconds(connection))
    for (const second of seconds) found.push(second * 1_000);
  return found.sort((one, other) => one - other);
}

/** The jobs of the second that an epoch ms falls into. */
export async function delayedAt(
  connection: Connection,
  timestamp: number | string,
): Promise<{ tasks: ParsedJob[]; rTimestamp: number }> {
  const rTimestamp = bucketSecond(connection.dialect, Number(timestamp));
  return { tasks: await tasksOf(connection, rTimestamp), rTimestamp };
}

/** All delayed jobs by their time in ms. */
export async function allDelayed(connection: Connection): Promise<{ [timestamp: string]: ParsedJob[] }> {
  const found: { [timestamp: string]: ParsedJob[] } = {};
  for await (const seconds of scheduledSeconds(connection)) {
    const tasks = await Promise.all(seconds.map((second) => tasksOf(connection, second)));
    for (const [at, second] of seconds.entries()) found[second * 1_000] = tasks[at] ?? [];
  }
  return found;
}

async function tasksOf(connection: Connection, second: number): Promise<ParsedJob[]> {
  const texts = await readList(connection, connection.keys.bucket(second), 0, -1);
  return texts.map((text) => readJob(text));
}
