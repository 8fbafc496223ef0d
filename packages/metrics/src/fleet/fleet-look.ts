import type { Connection } from '@reskue/core/protocol';
import { readQueueHeads, type QueueHead } from './queue-heads.js';

/** How a fleet stands, as Redis tells. */
export interface FleetLook {
  queues: Map<string, QueueHead>;
  paused: readonly string[];
  allPaused: boolean;
  failed: number;
  /** Exact while at most 1,000 seconds have delayed jobs; else there are at least so many. */
  delayed: number;
  /** Epoch ms of the earliest delayed second. */
  nextDue: number | undefined;
  /** Kinds of jobs, told apart by their payload. */
  recovered: number;
  workers: number;
  busy: number;
  hasLeader: boolean;
  /** Resque's own counters. */
  processedStat: number;
  failedStat: number;
}

const mostSeconds = 1_000;
const recordsAtOnce = 1_000;

/** Three round trips, whatever there is; nothing is read that grows with a queue. */
export async function lookAtFleet(connection: Connection): Promise<FleetLook> {
  const { client, keys } = connection;
  const [
    queues,
    paused,
    pauseAll,
    failed,
    due,
    schedule,
    workers,
    leader,
    processedStat,
    failedStat,
    recovered,
  ] = await Promise.all([
    client.smembers(keys.queues),
    client.smembers(keys.paused),
    client.get(keys.pauseAll),
    client.llen(keys.failed),
    client.zcard(keys.due),
    client.zrange(keys.schedule, '0', String(mostSeconds - 1)),
    client.smembers(keys.workers),
    client.exists(keys.leaderLock),
    client.get(keys.processed),
    client.get(keys.failures),
    client.hlen(keys.recovered),
  ]);
  const [heads, inBuckets, busy] = await Promise.all([
    readQueueHeads(connection, queues),
    lengths(connection, schedule),
    countRecords(connection, workers),
  ]);
  return {
    queues: new Map(queues.map((queue, at) => [queue, heads[at] ?? { depth: 0, since: undefined }])),
    paused,
    allPaused: pauseAll?.trim().toLowerCase() === 'true',
    failed,
    delayed: Math.max(due, inBuckets),
    nextDue: schedule[0] === undefined ? undefined : Number(schedule[0]) * 1_000,
    recovered,
    workers: workers.length,
    busy,
    hasLeader: leader === 1,
    processedStat: Number(processedStat ?? 0),
    failedStat: Number(failedStat ?? 0),
  };
}

async function lengths({ client, keys }: Connection, seconds: readonly string[]): Promise<number> {
  const found = await Promise.all(seconds.map((second) => client.llen(keys.bucket(second))));
  return found.reduce((sum, length) => sum + length, 0);
}

/** How many of the workers have a job in their hands. */
async function countRecords({ client, keys }: Connection, ids: readonly string[]): Promise<number> {
  let count = 0;
  for (let at = 0; at < ids.length; at += recordsAtOnce)
    count += await client.exists(ids.slice(at, at + recordsAtOnce).map((id) => keys.record(id)));
  return count;
}
