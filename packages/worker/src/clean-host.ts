import { hostname } from 'node:os';
import { parseWorkerId, type Connection } from '@reskue/core/protocol';

/** A worker in Redis whose process on this host is gone. */
interface DeadWorker {
  name: string;
  pid: number;
}

/**
 * Finds workers of this host whose process is gone, by asking the system for the process rather than by age. Workers of a
 * lease are left out: their jobs are put back when it runs out. A host is known by its name; containers that share one
 * name but not their processes should not be asked.
 */
async function findDeadWorkers(connection: Connection): Promise<DeadWorker[]> {
  const { client, keys } = connection;
  const ids = await client.smembers(keys.workers);
  const names = new Map(ids.map((id) => [id, parseWorkerId(id).name] as const));
  const leased = await workersUnderLease(connection);
  const dead: DeadWorker[] = [];
  for (const [id, name] of names) {
    const [, host, digits] = /^(.+):(\d+)(?:\+.*)?$/.exec(name) ?? [];
    const pid = Number(digits);
    if (host === hostname() && pid > 0 && !leased.has(id) && !isAlive(pid)) dead.push({ name, pid });
  }
  return dead;
}

/** The Worker as its clean-up needs it. */
export interface Cleaner {
  readonly connection: Connection;
  readonly queueObject: { forceCleanWorker(name: string): Promise<unknown> };
  tell(event: 'cleaning_worker', worker: string, pid: number): void;
}

/** Removes the dead of this host; each one's job goes to `failed`. */
export async function cleanHost(cleaner: Cleaner): Promise<void> {
  for (const { name, pid } of await findDeadWorkers(cleaner.connection)) {
    cleaner.tell('cleaning_worker', name, pid);
    await cleaner.queueObject.forceCleanWorker(name);
  }
}

async function workersUnderLease({ client, keys }: Connection): Promise<Set<string>> {
  const leases = await client.zrange(keys.leases, '0', '-1');
  const workers = await Promise.all(leases.map((id) => client.hkeys(keys.lease(id))));
  return new Set(workers.flat());
}

/** Signal 0 asks for a process without touching it; it may be one that we must not signal. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
