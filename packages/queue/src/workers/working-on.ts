import {
  decodeBlockedMs,
  type Connection,
  type IdleWorker,
  type ParsedWorkerPayload,
} from '@reskue/core/protocol';
import { readJob } from '../queued/read-job.js';
import { listWorkers, type ListedWorker } from './list-workers.js';
import { readRecord } from './read-record.js';

const PAGE = 1_000;
// The text alone; see the type.
const idle = 'started' as IdleWorker;

/** A worker and the text of its record; null when it is idle. */
export interface WorkerAtWork extends ListedWorker {
  record: string | null;
}

/** All workers with their records, 1,000 a round trip. */
export async function workersAtWork(connection: Connection): Promise<WorkerAtWork[]> {
  const listed = await listWorkers(connection);
  const found: WorkerAtWork[] = [];
  for (let from = 0; from < listed.length; from += PAGE) {
    const page = listed.slice(from, from + PAGE);
    const records = await connection.client.mget(page.map(({ id }) => connection.keys.record(id)));
    for (const [at, worker] of page.entries()) found.push({ ...worker, record: records[at] ?? null });
  }
  return found;
}

/** What each worker is working on, by its name; `"started"` when it is idle. */
export async function allWorkingOn(
  connection: Connection,
): Promise<{ [worker: string]: ParsedWorkerPayload | IdleWorker }> {
  const found = new Map<string, ParsedWorkerPayload | IdleWorker>();
  const atWork = await workersAtWork(connection);
  for (const { name, record } of atWork) {
    // A busy one is not hidden by an idle one of the same name.
    if (record !== null) found.set(name, show(name, record));
    else if (!found.has(name)) found.set(name, idle);
  }
  await addBlocked(connection, atWork, found);
  return Object.fromEntries(found);
}

/** Tells which of the busy ones cannot turn their event loop at the moment, and for how long. */
async function addBlocked(
  { client, keys }: Connection,
  atWork: readonly WorkerAtWork[],
  found: Map<string, ParsedWorkerPayload | IdleWorker>,
): Promise<void> {
  const leases = new Map<string, number>();
  const leaseOf = ({ record }: WorkerAtWork): string | null => (record && readRecord(record)?.lease) ?? null;
  for (const worker of atWork) leases.set(leaseOf(worker) ?? '', 0);
  leases.delete('');
  const ids = [...leases.keys()];
  const terms = await Promise.all(ids.map((id) => client.hget(keys.lease(id), 'terms')));
  for (const [at, id] of ids.entries()) leases.set(id, decodeBlockedMs(terms[at] ?? ''));
  for (const worker of atWork) {
    const blockedMs = leases.get(leaseOf(worker) ?? '') ?? 0;
    const entry = found.get(worker.name);
    if (blockedMs > 0 && typeof entry === 'object') entry.blockedMs = blockedMs;
  }
}

/** A record of any writer's; one that cannot be read is shown by its text, as the payload's `raw`. */
function show(name: string, text: string): ParsedWorkerPayload {
  const record = readRecord(text);
  if (record === null) return { run_at: '', queue: '', worker: name, payload: readJob(text) };
  const { queue, runAt, worker, payload } = record;
  return { run_at: runAt, queue, worker: worker ?? name, payload: readJob(payload, queue) };
}
