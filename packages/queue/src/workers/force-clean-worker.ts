import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import {
  encodeFailure,
  forceClean,
  nodeDate,
  parseTime,
  ReskueError,
  type Connection,
  type ErrorPayload,
} from '@reskue/core/protocol';
import type { QueueContext } from '../queue-context.js';
import { listWorkers, type ListedWorker } from './list-workers.js';
import { readRecord } from './read-record.js';
import { workersAtWork } from './working-on.js';

/**
 * Removes a worker by its name (or id), as if it were dead, and puts the job in its hands into `failed`, its payload byte
 * for byte. Gives that entry, or undefined when it had none. For an unknown name the `error` event is emitted.
 */
export async function forceCleanWorker(
  context: QueueContext,
  name: string,
): Promise<ErrorPayload | undefined> {
  const { connection } = context;
  const all = await listWorkers(connection);
  const found = all.filter((worker) => worker.name === name || worker.id === name);
  const known = found.length > 0 ? found : await unlisted(connection, name);
  if (known.length === 0) {
    context.report(
      new ReskueError('RESKUE_WORKER_UNKNOWN', `force-cleaning worker ${name}, but cannot find queues`),
    );
    // Signs of life without a worker would be looked at for ever.
    await cleanWorker(connection, { id: name, name, queues: null });
    return undefined;
  }
  let failure: ErrorPayload | undefined;
  for (const worker of known) failure = (await cleanWorker(connection, worker)) ?? failure;
  return failure;
}

/** Force-cleans the workers that have had their job in hands for longer than `ageMs`; idle ones stay. */
export async function cleanOldWorkers(
  { connection }: QueueContext,
  ageMs: number,
): Promise<{ [worker: string]: ErrorPayload }> {
  const cleaned = new Map<string, ErrorPayload>();
  const isOld = (text: string): boolean => {
    const startedAt = parseTime(readRecord(text)?.runAt);
    return startedAt !== undefined && Date.now() - startedAt > ageMs;
  };
  for (const worker of await workersAtWork(connection)) {
    if (worker.record === null || !isOld(worker.record)) continue;
    const failure = await cleanWorker(connection, worker, isOld);
    if (failure !== undefined) cleaned.set(worker.name, failure);
  }
  return Object.fromEntries(cleaned);
}

/** A worker that somebody took off the list, but whose sign of life leads to a record. */
async function unlisted({ client, keys }: Connection, name: string): Promise<ListedWorker[]> {
  const queues = queuesOf(await client.get(keys.ping(name)));
  const id = `${name}:${queues}`;
  return (await client.exists(keys.record(id))) === 1 ? [{ id, name, queues }] : [];
}

function queuesOf(ping: string | null): string {
  try {
    const members: unknown = JSON.parse(ping ?? '{}');
    return typeof members === 'object' && members !== null ? String(Reflect.get(members, 'queues')) : '';
  } catch {
    return '';
  }
}

async function cleanWorker(
  connection: Connection,
  { id, name }: ListedWorker,
  isWanted?: (record: string) => boolean,
): Promise<ErrorPayload | undefined> {
  const { client, keys, dialect } = connection;
  for (;;) {
    const bytes = await client.getBuffer(keys.record(id));
    const text = bytes?.toString() ?? '';
    if (isWanted !== undefined && !isWanted(text)) return undefined;
    const record = readRecord(text);
    const failure = text === '' ? '' : encodeFailure(dialect, killed(dialect === 'ruby' ? id : name, text));
    const { status } = await connection.run(
      forceClean,
      {
        workers: keys.workers,
        failed: keys.failed,
        failures: keys.failures,
        heartbeat: keys.heartbeat,
        lease: keys.lease(record?.lease ?? ''),
      },
      { workerId: id, seen: bytes === null ? '' : createHash('sha1').update(bytes).digest('hex'), failure },
      {
        keys: [
          keys.record(id),
          keys.started(id),
          keys.ping(name),
          ...[name, id].flatMap((counted) => [keys.processedBy(counted), keys.failuresBy(counted)]),
        ],
      },
    );
    // Changed meanwhile: it lives, and has another job or none.
    if (status === 'changed') continue;
    // As it was just written.
    return failure === '' ? undefined : (JSON.parse(failure) as ErrorPayload);
  }
}

function killed(worker: string, recordText: string) {
  const failedAt = Date.now();
  const record = readRecord(recordText);
  const message = 'Worker Timeout (killed manually)';
  const lines = [`killed by ${hostname()} at ${nodeDate(failedAt)}`, 'queue#forceCleanWorker', 'node-resque'];
  return {
    worker,
    queue: record?.queue ?? '',
    // What is no record is kept as it is: there may be a job in it.
    rawPayload: record?.payload ?? recordText,
    error: { name: message, message, stack: [message, ...lines].join('\n') },
    failedAt,
  };
}
