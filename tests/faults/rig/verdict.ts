import { decodeFailure, decodeRecord } from '@reskue/core/protocol';
import type { Redis } from 'ioredis';
import type { Entry } from './ledger.js';

/** A process was killed, or stood still for a while. Epoch ms. */
export interface Blow {
  pid: number;
  at: number;
  until: number;
}

/** What became of the jobs. */
export interface Verdict {
  /** Accepted by `enqueue`. */
  jobs: number;
  /** Neither done nor in `failed`, whether lost or still somewhere. */
  open: string[];
  /** Open, and nowhere in Redis. */
  lost: string[];
  /** Open, and somewhere in Redis. */
  stuck: string[];
  /** Started more than once, though it did not ask for another attempt, and nobody died or was stopped in between. */
  twiceForNothing: string[];
  /** Started more than once after the death or the standstill of a process. */
  twiceAfterBlow: string[];
  /** Started, though `enqueue` rejected and did not say that it may be stored. */
  storedThoughRejected: string[];
  failed: number;
  /** What Redis counted as ended: each job once, if nothing was settled twice. */
  settled: number;
  /** For each job that a blow interrupted: ms until it was started again. */
  recoveries: number[];
}

/** Compares what processes wrote down with what is in Redis. */
export async function judge(
  redis: Redis,
  entries: readonly Entry[],
  blows: readonly Blow[],
): Promise<Verdict> {
  const of = (what: Entry['what']): Set<string> =>
    new Set(entries.flatMap((entry) => (entry.what === what ? [entry.job] : [])));
  const accepted = of('accepted');
  const done = of('finished');
  const { inRedis, failed, settled } = await readRedis(redis);
  const started = of('started');
  const refused = entries.flatMap(({ what, job, detail }) =>
    what === 'rejected' && detail !== 'RESKUE_ENQUEUE_UNCERTAIN' ? [job] : [],
  );
  const open = [...accepted].filter((job) => !done.has(job) && !failed.has(job));
  const verdict: Verdict = {
    jobs: accepted.size,
    open,
    lost: open.filter((job) => !inRedis.has(job)),
    stuck: open.filter((job) => inRedis.has(job)),
    twiceForNothing: [],
    twiceAfterBlow: [],
    storedThoughRejected: refused.filter((job) => started.has(job) || inRedis.has(job)),
    failed: failed.size,
    settled,
    recoveries: [],
  };
  const wished = new Set(
    entries.flatMap(({ what, job, pid }) => (what === 'wantsRetry' ? [`${job} ${pid}`] : [])),
  );
  for (const [job, starts] of startsByJob(entries)) {
    for (const [index, start] of starts.slice(1).entries()) {
      const before = starts[index]!;
      if (wished.has(`${job} ${before.pid}`)) {
        // A job asks for one more attempt once; what comes after that is no wish of its own.
        wished.delete(`${job} ${before.pid}`);
        continue;
      }
      const struck = blows.find((blow) => blow.pid === before.pid && isBetween(blow, before.at, start.at));
      const late = blows.find((blow) => blow.pid === start.pid && isBetween(blow, before.at, start.at));
      if (!struck && !late) verdict.twiceForNothing.push(job);
      else verdict.twiceAfterBlow.push(job);
      if (struck && struck.at >= before.at) verdict.recoveries.push(start.at - struck.at);
    }
  }
  return verdict;
}

/** What a process had claimed when it was struck, it may begin in a moment, or when it goes on. */
const lateMs = 2_000;
const isBetween = ({ at, until }: Blow, from: number, to: number): boolean =>
  at <= to && until + lateMs >= from;

function startsByJob(entries: readonly Entry[]): Map<string, Entry[]> {
  const starts = new Map<string, Entry[]>();
  for (const entry of entries)
    if (entry.what === 'started') starts.set(entry.job, [...(starts.get(entry.job) ?? []), entry]);
  return starts;
}

async function readRedis(
  redis: Redis,
): Promise<{ inRedis: Set<string>; failed: Set<string>; settled: number }> {
  const inRedis = new Set<string>();
  for (const payload of await redis.lrange('resque:queue:work', 0, -1)) inRedis.add(jobOf(payload));
  for (const second of await redis.zrangebyscore('resque:delayed_queue_schedule', '-inf', '+inf'))
    for (const payload of await redis.lrange(`resque:delayed:${second}`, 0, -1)) inRedis.add(jobOf(payload));
  for (const worker of await redis.smembers('resque:workers')) {
    const record = decodeRecord((await redis.get(`resque:worker:${worker}`)) ?? '');
    if (record) inRedis.add(jobOf(record.payload));
  }
  for (const lease of await redis.zrange('resque:leases', '0', '-1')) {
    for (const text of Object.values(await redis.hgetall(`resque:lease:${lease}:ahead`))) {
      const record = decodeRecord(text);
      if (record) inRedis.add(jobOf(record.payload));
    }
  }
  const failed = new Set<string>();
  for (const entry of await redis.lrange('resque:failed', 0, -1)) {
    const decoded = decodeFailure(entry);
    if (decoded.ok) failed.add(jobOf(JSON.stringify(decoded.failure.payload)));
  }
  const counts = await redis.mget('resque:stat:processed', 'resque:stat:failed');
  return { inRedis, failed, settled: Number(counts[0]) + Number(counts[1]) };
}

/** Our jobs have their name as the first of their args. */
function jobOf(payload: string): string {
  const { args } = JSON.parse(payload) as { args: [string] };
  return args[0];
}
