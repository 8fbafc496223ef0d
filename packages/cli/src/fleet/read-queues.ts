import { decodeRecord, type Connection } from '@reskue/core/protocol';
import { jobEntry } from './job-entry.js';
import { queueNames } from './matching-jobs.js';
import type { WorkerEntry } from './read-workers.js';

export interface QueueStatus {
  queue: string;
  depth: number;
  /** ISO; since when the job at the head waits, where its payload tells. */
  headSince: string | null;
  isPaused: boolean;
  /** Workers that listen to it and are not dead. */
  listening: number;
  working: number;
  /** Why nothing moves, where something should. */
  reason: string | null;
}

const PAGE = 500;

/** All queues by name, in pages; no list is read but for its head. */
export async function readQueues(
  connection: Connection,
  workers: readonly WorkerEntry[],
): Promise<QueueStatus[]> {
  const { client, keys } = connection;
  const names = await queueNames(connection);
  const [paused, pauseAll] = await Promise.all([client.smembers(keys.paused), client.get(keys.pauseAll)]);
  const isAllPaused = (pauseAll ?? '').trim().toLowerCase() === 'true';
  const alive = workers.filter(({ health }) => health !== 'dead');
  const found: QueueStatus[] = [];
  for (let from = 0; from < names.length; from += PAGE) {
    const page = names.slice(from, from + PAGE);
    const [depths, heads] = await Promise.all([
      // A stranger's key may be of any type.
      Promise.all(page.map((name) => client.llen(keys.queue(name)).catch(() => 0))),
      Promise.all(page.map((name) => client.lindex(keys.queue(name), 0).catch(() => null))),
    ]);
    for (const [at, name] of page.entries()) {
      const head = heads[at] ?? null;
      const depth = depths[at] ?? 0;
      const listeners = alive.filter(({ queues }) => listens(queues, name));
      const status = {
        queue: name,
        depth,
        headSince: head === null ? null : (jobEntry(head, 'waiting', name).enqueuedAt ?? null),
        isPaused: paused.includes(name),
        listening: listeners.length,
        working: workers.filter(({ record }) => record !== null && decodeRecord(record)?.queue === name)
          .length,
      };
      found.push({ ...status, reason: depth === 0 ? null : whyStill(status, isAllPaused, listeners) });
    }
  }
  await addHeldHeads(connection, found);
  return found;
}

function whyStill(
  { isPaused }: { isPaused: boolean },
  isAllPaused: boolean,
  listeners: readonly WorkerEntry[],
): string | null {
  if (isAllPaused) return 'all queues are paused';
  if (isPaused) return 'paused';
  if (listeners.length === 0) return 'no worker listens';
  if (listeners.every(({ record }) => record !== null)) {
    return `all ${listeners.length} slots are busy`;
  }
  return null;
}

/** Where nothing else explains it: the job at the head may wait for its lock. */
async function addHeldHeads({ client, keys }: Connection, queues: QueueStatus[]): Promise<void> {
  const open = queues.filter(({ depth, reason }) => depth > 0 && reason === null).slice(0, PAGE);
  await Promise.all(
    open.map(async (status) => {
      const head = await client.lindex(keys.queue(status.queue), 0).catch(() => null);
      const job = head === null ? undefined : jobEntry(head, 'waiting', status.queue);
      if (job?.class == null) return;
      const lock = `workerslock:${job.class}:${status.queue}:${JSON.stringify(job.args)}`;
      if ((await client.exists(keys.prefix + lock)) === 1)
        status.reason = 'the lock of its first job is held';
    }),
  );
}

/** Whether a worker of these queues takes jobs of that one: Ruby also knows globs, and `!name` for not. */
export function listens(queues: readonly string[], name: string): boolean {
  let isMeant = false;
  for (const pattern of queues) {
    if (pattern.startsWith('!')) {
      if (globOf(pattern.slice(1)).test(name)) return false;
    } else if (globOf(pattern).test(name)) isMeant = true;
  }
  return isMeant;
}

const globOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
