import { decodeJob, rawMember, type Connection } from '@reskue/core/protocol';

/** Where to look for the job of an earlier tick. */
export interface Underway {
  /** Its text; empty when there was none. */
  payload: string;
  /** What stands in every record of it. */
  mark: string;
  workers: readonly string[];
  leases: readonly string[];
  /** Its list, its `timestamps:`, the workers' records, and what the leases' processes claimed ahead. */
  keys: readonly string[];
}

export const nothingUnderway: Underway = { payload: '', mark: '', workers: [], leases: [], keys: [] };

/** Reads where the last job of a schedule can be; the script that looks there makes sure that this still holds. */
export async function readUnderway({ client, keys }: Connection, name: string): Promise<Underway> {
  const payload = await client.hget(keys.schedulesLast, name);
  if (payload === null) return nothingUnderway;
  const decoded = decodeJob(payload);
  const queue = decoded.ok ? decoded.job.queue : '';
  const [workers, leases] = await Promise.all([
    client.smembers(keys.workers),
    client.zrange(keys.leases, '0', '-1'),
  ]);
  return {
    payload,
    mark: `"tick":${rawMember(payload, 'tick') ?? ''}`,
    workers,
    leases,
    keys: [
      keys.queue(queue),
      keys.timestamps(payload),
      ...workers.map((id) => keys.record(id)),
      ...leases.map((id) => keys.leaseAhead(id)),
    ],
  };
}
