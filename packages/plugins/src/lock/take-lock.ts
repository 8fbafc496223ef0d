import {
  lock,
  type Connection,
  type LockReply,
  type LockResult,
  type ScriptArgument,
} from '@reskue/core/protocol';

/** The lock that is wanted. */
export interface AskedLock {
  /** The lock's full key. */
  key: string;
  ttlMs: number;
  holder: string;
  /** Empty under no lease. */
  leaseId: string;
  lapses: boolean;
}

/** `fenced`: the lease is gone. */
export type LockAnswer = { status: 'taken' | 'held'; value: string } | { status: 'fenced' };

interface Asking {
  lock: AskedLock;
  resolve: (answer: LockAnswer) => void;
  reject: (reason: unknown) => void;
}

/** As many operands as a script bears without a second thought. */
const mostAtOnce = 500;

/** What is asked for in this turn of the event loop: by connection, and by lease. */
const asked = new WeakMap<Connection, Map<string, Asking[]>>();

/**
 * Takes a lock by the script `lock`. Those that are asked for in one turn of the event loop go in one step, in their order;
 * a hundred jobs that begin together ask once. Rejects with Redis's own error, which concerns this lock alone, or all of
 * them where Redis does not answer.
 */
export function takeLock(connection: Connection, wanted: AskedLock): Promise<LockAnswer> {
  return new Promise((resolve, reject) => {
    const asking: Asking = { lock: wanted, resolve, reject };
    const leases = asked.get(connection);
    const known = leases?.get(wanted.leaseId);
    if (known) known.push(asking);
    else if (leases) leases.set(wanted.leaseId, [asking]);
    else {
      asked.set(connection, new Map([[wanted.leaseId, [asking]]]));
      process.nextTick(send, connection);
    }
  });
}

function send(connection: Connection): void {
  const leases = asked.get(connection);
  asked.delete(connection);
  for (const askings of leases?.values() ?? []) {
    for (let from = 0; from < askings.length; from += mostAtOnce) {
      void ask(connection, askings.slice(from, from + mostAtOnce));
    }
  }
}

async function ask(connection: Connection, askings: readonly Asking[]): Promise<void> {
  try {
    const reply = await call(connection, askings);
    for (const [index, asking] of askings.entries()) answer(connection, asking, reply, index);
  } catch (error) {
    for (const { reject } of askings) reject(error);
  }
}

function answer(connection: Connection, asking: Asking, reply: LockReply, index: number): void {
  const result: LockReply | LockResult | undefined =
    index === 0 || reply.status === 'fenced' ? reply : reply.further?.[index - 1];
  // By itself, it gets Redis's own error.
  if (result === undefined || result.status === 'refused') void ask(connection, [asking]);
  else if (result.status === 'fenced') asking.resolve({ status: 'fenced' });
  else asking.resolve({ status: result.status, value: result.value });
}

function call(connection: Connection, [first, ...further]: readonly Asking[]): Promise<LockReply> {
  const { keys } = connection;
  const { key = '', leaseId = '', holder = '', ttlMs = 0, lapses = false } = first?.lock ?? {};
  const moreKeys: string[] = [];
  const moreArgs: ScriptArgument[] = [];
  for (const { lock: more } of further) {
    moreKeys.push(more.key, keys.lockOwner(more.key));
    moreArgs.push(more.key, more.holder, Math.ceil(more.ttlMs), more.lapses ? '1' : '');
  }
  return connection.run(
    lock,
    { lock: key, owner: keys.lockOwner(key), leaseLocks: keys.leaseLocks(leaseId), leases: keys.leases },
    { name: key, lease: leaseId, holder, ttlMs: Math.ceil(ttlMs), lapses: lapses ? '1' : '', now: '' },
    { keys: moreKeys, args: moreArgs },
  );
}
