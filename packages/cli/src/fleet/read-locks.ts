import { isCluster, isProcessMark, leaseMark, readLockValue, type Connection } from '@reskue/core/protocol';

/** A lock of QueueLock or JobLock, whoever took it. */
export interface LockEntry {
  /** Its key without the namespace, as `unlock` takes it. */
  lock: string;
  value: string | null;
  /** ISO; when it is given up by itself. Null: never. */
  lapsesAt: string | null;
  /** Whose it is: a lease, `queue`, or digits for a lease that is gone; node-resque does not say. */
  holder: string | null;
  /** `orphan`: its holder's lease is gone. */
  state: 'held' | 'lapsed' | 'orphan';
}

const SCAN_COUNT = 500;
const LOCK = /^(workers)?lock:/;

/** All locks, found by SCAN: for people, not for loops. */
export async function* readLocks(
  connection: Connection,
  signal?: AbortSignal,
): AsyncGenerator<LockEntry, void> {
  const { client, keys } = connection;
  const ids = await client.zrange(keys.leases, '0', '-1');
  const leases = new Map(ids.map((id) => [leaseMark(id), id]));
  const pattern = `${keys.prefix.replace(/[\\*?[\]]/g, '\\$&')}*lock:*`;
  for (const node of isCluster(client) ? client.nodes('master') : [client]) {
    let cursor = '0';
    do {
      const [next, found] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT);
      const locks = found
        .map((key) => key.slice(keys.prefix.length))
        .filter((name) => LOCK.test(name))
        .sort();
      for (const lock of locks) yield await readLock(connection, lock, leases);
      cursor = next;
    } while (cursor !== '0' && signal?.aborted !== true);
  }
}

async function readLock(
  { client, keys }: Connection,
  lock: string,
  /** The living by what values say of them. */
  leases: ReadonlyMap<string, string>,
): Promise<LockEntry> {
  const key = keys.prefix + lock;
  const [value, leftMs] = await Promise.all([
    // A stranger's key may be of any type.
    client.get(key).catch(() => null),
    client.pttl(key),
  ]);
  const { second, mark, number } = readLockValue(value ?? '');
  const lease = mark === null || isProcessMark(mark) ? 'queue' : leases.get(mark);
  const isLapsed = Number(second) > 0 && Number(second) * 1_000 < Date.now();
  return {
    lock,
    value,
    lapsesAt: leftMs > 0 ? new Date(Date.now() + leftMs).toISOString() : null,
    holder: mark === null ? null : `${lease ?? mark}/${number}`,
    state: lease === undefined ? 'orphan' : isLapsed ? 'lapsed' : 'held',
  };
}
