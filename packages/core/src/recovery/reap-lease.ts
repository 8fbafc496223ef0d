import { createHash } from 'node:crypto';
import type { Connection } from '../connection/connection.js';
import { ReskueError } from '../errors/reskue-error.js';
import { workersOf } from './lease-order.js';
import { decodeLeaseTerms } from './lease-terms.js';
import { readAhead } from './read-ahead.js';
import { noLocks, readLocks, type LocksOfLease } from './read-locks.js';
import { leaseMark } from '../locks/lock-value.js';
import { encodeFailure } from '../failure/encode-failure.js';
import { decodeRecord, type WorkerRecord } from '../record/worker-record.js';
import type { ScriptArgument } from '../scripts/define-script.js';
import { reap, type ReapReply } from '../scripts/reap.js';
import { parseWorkerId } from '../worker-id/worker-id.js';

/** Seconds for which Redis remembers how often a job was taken back. */
const rememberSeconds = 72 * 3600;
/** How often a lease is read again because it changed in between; its process is alive if it changes that often. */
const readings = 10;

/** A worker of the dead, or what they had claimed ahead, as it was read. */
interface Remains {
  /** Null for a claim made ahead. */
  workerId: string | null;
  /** SHA-1 of the record's bytes; the script goes on only if they are still the same. */
  seen: string;
  record: WorkerRecord | null;
}

/**
 * Takes back the jobs of a process whose lease has run out: each goes to the front of its queue, in the order in which they
 * were claimed, or to `failed` where the process asked for that or the job was taken back too often. A lease that was
 * renewed, or that somebody else is reaping, is left alone.
 */
export async function reapLease(
  connection: Connection,
  leaseId: string,
  now: number | '' = '',
): Promise<ReapReply> {
  const { keys } = connection;
  for (let reading = 0; reading < readings; reading += 1) {
    const { terms = '', ...fields } = await connection.client.hgetall(keys.lease(leaseId));
    const locks = await readLocks(connection, leaseId);
    const remains = await readRemains(connection, workersOf(Object.keys(fields)));
    for (const { bytes, record } of await readAhead(connection, leaseId))
      remains.push({ workerId: null, seen: sha1Of(bytes), record });
    const { recovery, maxRecoveries } = decodeLeaseTerms(terms);
    const limit = recovery === 'fail' ? 0 : maxRecoveries;
    const reply = await run(connection, { leaseId, remains, limit, locks, now });
    if (reply.status !== 'changed') return reply;
  }
  return { status: 'changed' };
}

/** Puts back the job in a record that no live process holds, and clears that worker away. */
export async function takeBack(connection: Connection, workerId: string): Promise<ReapReply> {
  const remains = await readRemains(connection, [workerId]);
  return run(connection, { leaseId: '', remains, limit: Infinity, locks: noLocks, now: '' });
}

async function readRemains({ client, keys }: Connection, workerIds: string[]): Promise<Remains[]> {
  if (workerIds.length === 0) return [];
  const texts = await client.mgetBuffer(...workerIds.map((id) => keys.record(id)));
  return workerIds.map((workerId, index) => remainsOf(workerId, texts[index]));
}

const remainsOf = (workerId: string, bytes: Buffer | null | undefined): Remains =>
  bytes
    ? { workerId, seen: sha1Of(bytes), record: decodeRecord(bytes.toString()) }
    : { workerId, seen: '', record: null };

const sha1Of = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');

interface Reaping {
  leaseId: string;
  remains: Remains[];
  limit: number;
  locks: LocksOfLease;
  now: number | '';
}

async function run(
  connection: Connection,
  { leaseId, remains, limit, locks, now }: Reaping,
): Promise<ReapReply> {
  const { keys } = connection;
  // The last claim is pushed to the front first.
  remains.sort((one, other) => (other.record?.claim ?? 0) - (one.record?.claim ?? 0));
  const recoveries = await countRecoveries(connection, remains);
  const workerCount = remains.filter(({ workerId }) => workerId !== null).length;
  const restKeys: string[] = [];
  const restArgs: ScriptArgument[] = [];
  for (const [index, { workerId, seen, record }] of remains.entries()) {
    const queue = record?.queue ?? '';
    if (workerId !== null) {
      const name = record?.worker ?? parseWorkerId(workerId).name;
      const counted = connection.dialect === 'ruby' ? workerId : name;
      restKeys.push(keys.record(workerId), keys.started(workerId), keys.ping(name));
      restKeys.push(keys.processedBy(counted), keys.failuresBy(counted));
    }
    restKeys.push(keys.queue(queue), keys.wakeQueue(queue));
    const times = recoveries[index] ?? 0;
    const failure =
      record && times >= limit ? poisonFailure(connection, workerId ?? leaseId, record, times) : '';
    const neighbours = record && record.lease === null ? record.payload : '';
    restArgs.push(workerId ?? '', queue, seen, failure);
    restArgs.push(workerId === null ? (record?.claim ?? '') : neighbours);
  }
  restKeys.push(...locks.names);
  return connection.run(
    reap,
    {
      ...keys,
      lease: keys.lease(leaseId),
      leaseLocks: keys.leaseLocks(leaseId),
      ahead: keys.leaseAhead(leaseId),
      brought: keys.leaseBrought(leaseId),
    },
    {
      id: leaseId,
      mark: leaseMark(leaseId),
      workerCount,
      aheadCount: remains.length - workerCount,
      holderCount: locks.holderCount,
      broughtCount: locks.broughtCount,
      lockCount: locks.names.length,
      keepSeconds: rememberSeconds,
      now,
    },
    { keys: restKeys, args: restArgs },
  );
}

async function countRecoveries({ client, keys }: Connection, remains: Remains[]): Promise<number[]> {
  const hashes = remains.map(({ record }) =>
    createHash('sha1')
      .update(record?.payload ?? '')
      .digest('hex'),
  );
  if (hashes.length === 0) return [];
  return (await client.hmget(keys.recovered, ...hashes)).map(Number);
}

/** The entry for `failed` of a job whose processes keep dying, or that its process wanted failed. */
function poisonFailure(
  connection: Connection,
  workerId: string,
  record: WorkerRecord,
  times: number,
): string {
  const error = new ReskueError(
    'RESKUE_RECOVERIES_EXHAUSTED',
    `The process that worked this job died, and it was put back ${times} times before`,
  );
  error.stack = [
    `${error.name}: ${error.message}`,
    `claimed by ${workerId} at ${record.runAt}`,
    `taken back from the lease ${record.lease ?? 'of nobody'}`,
    `put back ${times} times within the last 72 hours`,
  ].join('\n');
  const worker = connection.dialect === 'ruby' ? workerId : (record.worker ?? workerId);
  return encodeFailure(connection.dialect, {
    worker,
    queue: record.queue,
    rawPayload: record.payload,
    error,
    failedAt: Date.now(),
  });
}
