import { writeSync } from 'node:fs';
import {
  decodeRecord,
  encodeFailure,
  reapLease,
  ReskueError,
  runCycle,
  type Connection,
  type WorkerRecord,
} from '@reskue/core/protocol';

/** A worker of this process with a job in its hands. */
interface Busy {
  workerId: string;
  record: WorkerRecord;
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
  const culprit = busy.length === 1 ? busy[0] : busy.find(({ record }) => record.claim === claim);
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

async function readBusy({ client, keys }: Connection, leaseId: string): Promise<Busy[]> {
  const workerIds = Object.keys(await client.hgetall(keys.lease(leaseId))).filter(
    (field) => field !== 'terms',
  );
  if (workerIds.length === 0) return [];
  const texts = await client.mget(...workerIds.map((id) => keys.record(id)));
  return workerIds.flatMap((workerId, index) => {
    const record = decodeRecord(texts[index] ?? '');
    return record?.lease === leaseId ? [{ workerId, record }] : [];
  });
}

async function settleFailed(
  connection: Connection,
  leaseId: string,
  { workerId, record }: Busy,
  error: Error,
): Promise<void> {
  const { client, keys, dialect } = connection;
  const name = record.worker ?? workerId;
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
  const slot = { workerId, name, countedAs: worker, number: (record.claim ?? 0) + 1, wants: false, outcome };
  await runCycle(client, keys, { leaseId, runAt: '', queues: [], slots: [slot] });
}
