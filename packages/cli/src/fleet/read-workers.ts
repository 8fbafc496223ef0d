import {
  decodeRecord,
  parseTime,
  parseWorkerId,
  splitQueues,
  workersOf,
  type Connection,
} from '@reskue/core/protocol';

/** What keeps a worker alive, or that nothing does. */
export type WorkerHealth = 'alive' | 'dead' | 'silent' | 'unknown';

/** A worker that stands in `workers`, whoever wrote it. */
export interface WorkerEntry {
  readonly id: string;
  readonly name: string;
  readonly queues: readonly string[];
  readonly kind: 'reskue' | 'node-resque' | 'ruby' | 'unknown';
  /** `dead`: its lease, heartbeat or ping ran out. `unknown`: it gives no sign of life that could run out. */
  readonly health: WorkerHealth;
  /** ISO. */
  readonly startedAt: string | null;
  readonly seenAt: string | null;
  /** The text of its record; null when it is idle. */
  readonly record: string | null;
  readonly lease: string | null;
  /** What an operator told its process; null: to work. */
  readonly order: 'quiet' | 'stop' | null;
  /** So many jobs its process claimed ahead of its free workers, which stand in no worker's record. */
  readonly claimedAhead: number;
}

/** How it is, in a word: what it was told, or its health. */
export const stateOf = ({ health, order }: Pick<WorkerEntry, 'health' | 'order'>): string =>
  health !== 'alive' || order === null ? health : order === 'stop' ? 'stopping' : 'quiet';

const PAGE = 500;
/** Ruby prunes a worker whose heartbeat is older. */
const HEARTBEAT_MS = 300_000;
/** node-resque's scheduler takes a worker for stuck after this time. */
const PING_MS = 3_600_000;

/** All workers with their records and signs of life, in pages. */
export async function readWorkers(connection: Connection): Promise<WorkerEntry[]> {
  const { client, keys } = connection;
  const ids = (await client.smembers(keys.workers)).sort();
  const [queues, leases, now] = await Promise.all([
    client.smembers(keys.queues),
    leaseByWorker(connection),
    redisTime(connection),
  ]);
  const found: WorkerEntry[] = [];
  for (let from = 0; from < ids.length; from += PAGE) {
    const page = ids.slice(from, from + PAGE);
    const names = page.map((id) => parseWorkerId(id, { queues }).name);
    const [records, started, beats, pings] = await Promise.all([
      client.mget(page.map((id) => keys.record(id))),
      client.mget(page.map((id) => keys.started(id))),
      client.hmget(keys.heartbeat, ...page),
      client.mget(names.map((name) => keys.ping(name))),
    ]);
    for (const [at, id] of page.entries()) {
      const name = names[at] ?? id;
      const lease = leases.get(id) ?? leaseOfRecord(records[at], leases);
      found.push({
        id,
        name,
        queues: splitQueues(parseWorkerId(id, { queues }).queues ?? '', queues),
        record: records[at] ?? null,
        startedAt: isoOf(parseTime(started[at])),
        order: lease?.order ?? null,
        claimedAhead: lease?.claimedAhead ?? 0,
        ...lifeOf({ lease, beatMs: parseTime(beats[at]), pingMs: pingTime(pings[at]) }, now),
      });
    }
  }
  return found;
}

interface Lease {
  readonly id: string;
  readonly expiresMs: number;
  readonly order: 'quiet' | 'stop' | null;
  readonly claimedAhead: number;
}

/** The leases by the workers under them. */
async function leaseByWorker({ client, keys }: Connection): Promise<Map<string, Lease>> {
  const found = new Map<string, Lease>();
  const members = await client.zrangebyscore(keys.leases, '-inf', '+inf', 'WITHSCORES');
  for (let at = 0; at < members.length; at += 2) {
    const id = members[at] ?? '';
    const [fields, ahead] = await Promise.all([
      client.hgetall(keys.lease(id)),
      client.hlen(keys.leaseAhead(id)),
    ]);
    const { control } = fields;
    const order = control === 'quiet' || control === 'stop' ? control : null;
    // One field is the last number used.
    const claimedAhead = Math.max(0, ahead - 1);
    const lease = { id, expiresMs: Number(members[at + 1]), order, claimedAhead } as const;
    for (const worker of workersOf(Object.keys(fields))) found.set(worker, lease);
  }
  return found;
}

function leaseOfRecord(record: string | null | undefined, leases: Map<string, Lease>): Lease | undefined {
  const id = record == null ? null : decodeRecord(record)?.lease;
  if (id == null) return undefined;
  for (const lease of leases.values()) if (lease.id === id) return lease;
  // It held this job once, and is gone.
  return { id, expiresMs: 0, order: null, claimedAhead: 0 };
}

function lifeOf(
  signs: { lease: Lease | undefined; beatMs: number | undefined; pingMs: number | undefined },
  now: number,
): Pick<WorkerEntry, 'kind' | 'health' | 'seenAt' | 'lease'> {
  const { lease, beatMs, pingMs } = signs;
  if (lease !== undefined) {
    const health = lease.expiresMs >= now ? 'alive' : 'dead';
    return { kind: 'reskue', health, seenAt: isoOf(pingMs ?? beatMs), lease: lease.id };
  }
  if (beatMs !== undefined && pingMs === undefined) {
    const health = now - beatMs <= HEARTBEAT_MS ? 'alive' : 'dead';
    return { kind: 'ruby', health, seenAt: isoOf(beatMs), lease: null };
  }
  if (pingMs !== undefined) {
    const health = now - pingMs <= PING_MS ? (now - pingMs <= 60_000 ? 'alive' : 'silent') : 'dead';
    return { kind: 'node-resque', health, seenAt: isoOf(pingMs), lease: null };
  }
  return { kind: 'unknown', health: 'unknown', seenAt: null, lease: null };
}

function pingTime(text: string | null | undefined): number | undefined {
  try {
    const ping: unknown = JSON.parse(text ?? 'null');
    return typeof ping === 'object' && ping !== null ? parseTime(Reflect.get(ping, 'time')) : undefined;
  } catch {
    return undefined;
  }
}

/** Redis's clock, epoch ms. */
export async function redisTime({ client }: Connection): Promise<number> {
  const [seconds, micros] = await client.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}

const isoOf = (ms: number | undefined): string | null =>
  ms === undefined || Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString();
