import { decodeRecord, type Connection } from '@reskue/core/protocol';
import { failureEntry } from './failure-entry.js';
import { jobEntry } from './job-entry.js';
import { readCounters, type Counters } from './read-status.js';
import { readWorkers } from './read-workers.js';

export interface FleetEvent {
  /** ISO. */
  at: string;
  event: 'worker-up' | 'worker-down' | 'started' | 'failed' | 'processed' | 'paused' | 'resumed' | 'leader';
  worker?: string;
  queue?: string;
  text: string;
}

/** What was there at one look. */
export interface Picture {
  readonly records: ReadonlyMap<string, string | null>;
  readonly paused: ReadonlySet<string>;
  readonly leader: string | null;
  readonly failed: number;
  readonly counters: Counters;
}

/** New failures that are told one by one at a look; of more, the newest. */
const FAILURES = 50;

export async function takePicture(connection: Connection): Promise<Picture> {
  const { client, keys } = connection;
  const [workers, paused, pauseAll, locks, failed, counters] = await Promise.all([
    readWorkers(connection),
    client.smembers(keys.paused),
    client.get(keys.pauseAll),
    client.mget([keys.leaderLock, keys.rubyMasterLock]),
    client.llen(keys.failed),
    readCounters(connection),
  ]);
  const isAll = (pauseAll ?? '').trim().toLowerCase() === 'true';
  return {
    records: new Map(workers.map(({ id, record }) => [id, record])),
    paused: new Set(isAll ? [...paused, '(all queues)'] : paused),
    leader: locks[0] ?? locks[1] ?? null,
    failed,
    counters,
  };
}

/** What has happened between two looks. */
export async function readEvents(
  connection: Connection,
  before: Picture,
  after: Picture,
): Promise<FleetEvent[]> {
  const at = new Date().toISOString();
  const events: FleetEvent[] = [];
  const tell = (event: FleetEvent['event'], text: string, where: { worker?: string; queue?: string } = {}) =>
    events.push({ at, event, ...where, text });
  for (const [worker, record] of after.records) {
    if (!before.records.has(worker)) tell('worker-up', '', { worker });
    if (record !== null && before.records.get(worker) !== record) {
      const decoded = decodeRecord(record);
      const job = jobEntry(decoded?.payload ?? record, 'working', decoded?.queue);
      tell('started', job.raw ?? `${job.class ?? ''} ${JSON.stringify(job.args)}`, {
        worker,
        ...(job.queue !== null && { queue: job.queue }),
      });
    }
  }
  for (const worker of before.records.keys()) {
    if (!after.records.has(worker)) tell('worker-down', '', { worker });
  }
  const failures = Math.min(FAILURES, after.failed - before.failed);
  if (failures > 0) {
    const texts = await connection.client.lrange(connection.keys.failed, -failures, -1);
    for (const text of texts) {
      const { queue, class: name, exception, error, raw } = failureEntry(text);
      const what = raw ?? `${name ?? ''} ${exception ?? ''}: ${error ?? ''}`;
      tell('failed', what, queue === null ? {} : { queue });
    }
  }
  const processed = after.counters.processed - before.counters.processed;
  if (processed > 0) tell('processed', `${processed} jobs`);
  for (const queue of after.paused) if (!before.paused.has(queue)) tell('paused', '', { queue });
  for (const queue of before.paused) if (!after.paused.has(queue)) tell('resumed', '', { queue });
  if (after.leader !== before.leader) tell('leader', after.leader ?? 'none');
  return events;
}
