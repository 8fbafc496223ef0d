import { writeSync } from 'node:fs';
import {
  decodeRecord,
  encodeFailure,
  parseWorkerId,
  readAhead,
  reapLease,
  ReskueError,
  runCycle,
  workersOf,
  type Connection,
  type WorkerRecord,
} from '@reskue/core/protocol';

/** A worker of this process with a job in its hands. */
interface Busy {
  workerId: string;
  record: WorkerRecord;
  /** It was claimed ahead, and is in no record of a worker yet. */
  isAhead: boolean;
}

/**
 * Ends a process whose event loop has not turned for too long. The job that blocks it, where it is known, is settled as
 * failed; the others go back to their queues; then the process is killed, for nothing gentler stops an endless loop.
 */
export async function endBlockedProcess(
  connection: Connection,
  leaseId: string,
  { blockedMs, claim }: { blockedMs: number; claim: number },
): Promise<never> {
  const busy = await readBusy(connection, leaseId);
  // Of those that were claimed ahead some have ended, and wait to be settled: they block nothing.
  const recorded = busy.filter(({ isAhead }) => !isAhead);
  const named = busy.find(({ record }) => record.claim === claim);
  const culprit = named ?? (recorded.length === 1 ? recorded[0] : undefined);
  const seconds = Math.round(blockedMs / 1000);
  const who = culprit ? `the job ${culprit.record.payload.slice(0, 200)}` : 'a job';
  const error = new ReskueError(
    'RESKUE_JOB_BLOCKED',
    `It blocked the event loop for ${seconds} s; the process was killed`,
  );
  // What this process prints by the ordinary way waits for the main thread.
  writeSync(
    2,
    `reskue: ${who} has blocked the event loop for ${seconds} s: killing process ${process.pid}\n`,
  );
  if (culprit) await settleFailed(connection, leaseId, culprit, error);
  const { client, keys } = connection;
  await client.zadd(keys.leases, 'XX', 0, leaseId);
  await reapLease(connection, leaseId);
  process.kill(process.pid, 'SIGKILL');
  return new Promise<never>(() => undefined);
}

async function readBusy(connection: Connection, leaseId: string): Promise<Busy[]> {
  const { client, keys } = connection;
  const workerIds = workersOf(await client.hkeys(keys.lease(leaseId)));
  if (workerIds.length === 0) return [];
  const texts = await client.mget(...workerIds.map((id) => keys.record(id)));
  const busy = workerIds.flatMap((workerId, index): Busy[] => {
    const record = decodeRecord(texts[index] ?? '');
    return record?.lease === leaseId ? [{ workerId, record, isAhead: false }] : [];
  });
  // What was claimed ahead is settled by way of a worker with empty hands.
  const free = workerIds.find((_, index) => texts[index] === null);
  for (const { record } of await readAhead(connection, leaseId))
    if (record && free !== undefined) busy.push({ workerId: free, record, isAhead: true });
  return busy;
}

async function settleFailed(
  connection: Connection,
  leaseId: string,
  { workerId, record, isAhead }: Busy,
  error: Error,
): Promise<void> {
  const { client, keys, dialect } = connection;
  const name = record.worker ?? parseWorkerId(workerId).name;
  const worker = dialect === 'ruby' ? workerId : name;
  const failure = encodeFailure(dialect, {
    worker,
    queue: record.queue,
    rawPayload: record.payload,
    error,
    failedAt: Date.now(),
  });
  const counted = { processed: dialect === 'ruby' ? 1 : 0, failed: 1 };
  const outcome = { kind: 'failed', counted, failure, commands: [] } as const;
  const claim = record.claim ?? 0;
  const part = { workerId, name, countedAs: worker, wants: false, outcome };
  // A worker may have made calls since that was claimed; this one is the last.
  const slot = isAhead
    ? { ...part, number: Number.MAX_SAFE_INTEGER, aheadClaim: claim }
    : { ...part, number: claim + 1 };
  await runCycle(client, keys, { leaseId, runAt: '', queues: [], slots: [slot] });
}
