import type { Connection } from '@reskue/core/protocol';
import { readQueues, type QueueStatus } from './read-queues.js';
import { readWorkers, redisTime, type WorkerEntry } from './read-workers.js';

export interface Counters {
  processed: number;
  failed: number;
  /** When they were read, ms of this process. */
  readAtMs: number;
}

export interface Rates {
  processedPerSecond: number;
  failedPerSecond: number;
}

export interface FleetStatus {
  redis: string;
  namespace: string;
  waiting: number;
  /** In the hands of workers and their processes. */
  working: number;
  /** Of these, so many were claimed ahead of free workers, and stand in no worker's record. */
  claimedAhead: number;
  failed: number;
  delayed: DelayedStatus;
  workers: { alive: number; dead: number; idle: number };
  leader: string | null;
  isPaused: boolean;
  processed: number;
  failures: number;
  /** What does not work as it should, in words. */
  problems: string[];
  queues: QueueStatus[];
}

export interface DelayedStatus {
  jobs: number;
  /** There are more seconds than were counted. */
  isPartial: boolean;
  /** ISO. */
  nextAt: string | null;
  overdueSeconds: number;
}

/** Buckets that are counted at most. */
const BUCKETS = 5_000;

export async function readCounters({ client, keys }: Connection): Promise<Counters> {
  const [processed, failed] = await client.mget([keys.processed, keys.failures]);
  return { processed: Number(processed ?? 0), failed: Number(failed ?? 0), readAtMs: performance.now() };
}

export function ratesOf(before: Counters, after: Counters): Rates {
  const seconds = Math.max(0.001, (after.readAtMs - before.readAtMs) / 1_000);
  const rate = (count: number) => Math.max(0, Math.round((count / seconds) * 10) / 10);
  return {
    processedPerSecond: rate(after.processed - before.processed),
    failedPerSecond: rate(after.failed - before.failed),
  };
}

/** All of a fleet at a glance, without reading a queue. */
export async function readStatus(
  connection: Connection,
): Promise<FleetStatus & { workerList: WorkerEntry[] }> {
  const { client, keys } = connection;
  const workers = await readWorkers(connection);
  const [queues, failed, delayed, locks, pauseAll, counters] = await Promise.all([
    readQueues(connection, workers),
    client.llen(keys.failed),
    readDelayed(connection),
    client.mget([keys.leaderLock, keys.rubyMasterLock]),
    client.get(keys.pauseAll),
    readCounters(connection),
  ]);
  const dead = workers.filter(({ health }) => health === 'dead').length;
  const ahead = aheadOf(workers);
  const leader = locks[0] ?? locks[1] ?? null;
  const status = {
    redis: describe(connection),
    namespace: keys.prefix.replace(/:$/, ''),
    waiting: queues.reduce((sum, { depth }) => sum + depth, 0),
    working: workers.filter(({ record }) => record !== null).length + ahead.jobs,
    claimedAhead: ahead.jobs,
    failed,
    delayed,
    workers: {
      alive: workers.length - dead,
      dead,
      idle: workers.filter(isIdle).length - ahead.atWork,
    },
    leader,
    isPaused: (pauseAll ?? '').trim().toLowerCase() === 'true',
    processed: counters.processed,
    failures: counters.failed,
    queues,
  };
  return { ...status, problems: problemsOf(status), workerList: workers };
}

const isIdle = ({ record, health }: WorkerEntry): boolean => record === null && health !== 'dead';

/** What all processes claimed ahead; and how many of their workers are at work on that, as far as can be known. */
function aheadOf(workers: readonly WorkerEntry[]): { jobs: number; atWork: number } {
  const idle = new Map<string, { claimedAhead: number; count: number }>();
  for (const worker of workers) {
    if (worker.lease === null) continue;
    const { count } = idle.get(worker.lease) ?? { count: 0 };
    idle.set(worker.lease, { claimedAhead: worker.claimedAhead, count: count + Number(isIdle(worker)) });
  }
  const sum = { jobs: 0, atWork: 0 };
  for (const { claimedAhead, count } of idle.values()) {
    sum.jobs += claimedAhead;
    sum.atWork += Math.min(claimedAhead, count);
  }
  return sum;
}

function problemsOf(status: Omit<FleetStatus, 'problems'>): string[] {
  const problems: string[] = [];
  if (status.isPaused) problems.push('all queues are paused: reskue resume');
  if (status.delayed.jobs > 0 && status.leader === null) {
    problems.push('jobs are delayed and no scheduler leads: reskue schedule');
  } else if (status.delayed.overdueSeconds > 0) {
    problems.push(`the earliest delayed jobs are overdue by ${status.delayed.overdueSeconds} s`);
  }
  if (status.workers.dead > 0) problems.push(`${status.workers.dead} workers are dead: reskue workers clean`);
  return problems;
}

async function readDelayed(connection: Connection): Promise<DelayedStatus> {
  const { client, keys } = connection;
  const seconds = await client.zrange(keys.schedule, '0', String(BUCKETS - 1));
  const named = seconds.filter((second) => second !== '' && Number.isFinite(Number(second)));
  const [lengths, total, now] = await Promise.all([
    Promise.all(named.map((second) => client.llen(keys.bucket(Number(second))).catch(() => 0))),
    client.zcard(keys.schedule),
    redisTime(connection),
  ]);
  const first = named.find((_, at) => (lengths[at] ?? 0) > 0);
  // Half a second is the grace of a scheduler that rounds.
  const overdue = first === undefined ? 0 : Math.max(0, Math.floor(now / 1_000) - Number(first) - 1);
  return {
    jobs: lengths.reduce((sum, length) => sum + length, 0),
    isPartial: total > seconds.length,
    nextAt: first === undefined ? null : new Date(Number(first) * 1_000).toISOString(),
    overdueSeconds: overdue,
  };
}

function describe({ client }: Connection): string {
  // A cluster's options have none of them.
  const [path, host, port, db] = ['path', 'host', 'port', 'db'].map((name): unknown =>
    Reflect.get(client.options, name),
  );
  if (host === undefined && path === undefined) return 'a cluster';
  const where = typeof path === 'string' ? path : `${String(host)}:${String(port)}`;
  return typeof db === 'number' && db > 0 ? `${where}/${db}` : where;
}
