import { isCluster, type Connection } from '@reskue/core/protocol';

/** A lock of QueueLock or JobLock, whoever took it. */
export interface LockEntry {
  /** Its key without the namespace, as `unlock` takes it. */
  lock: string;
  value: string | null;
  /** ISO; when it is given up by itself. Null: never. */
  lapsesAt: string | null;
  /** Who took it; node-resque does not say. */
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
  const leases = new Set(await client.zrange(keys.leases, '0', '-1'));
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
  leases: ReadonlySet<string>,
): Promise<LockEntry> {
  const key = keys.prefix + lock;
  const [value, owner, leftMs] = await Promise.all([
    // A stranger's key may be of any type.
    client.get(key).catch(() => null),
    client.get(keys.lockOwner(key)).catch(() => null),
    client.pttl(key),
  ]);
  const holder = owner === null ? null : owner.slice(owner.indexOf(' ') + 1);
  const lease = holder === null ? undefined : holder.slice(0, Math.max(0, holder.lastIndexOf('/')));
  const isOrphan = lease !== undefined && lease.includes('@') && !leases.has(lease);
  const isLapsed = value !== null && Number(value) > 0 && Number(value) * 1_000 < Date.now();
  return {
    lock,
    value,
    lapsesAt: leftMs > 0 ? new Date(Date.now() + leftMs).toISOString() : null,
    holder,
    state: isOrphan ? 'orphan' : isLapsed ? 'lapsed' : 'held',
  };
}
