import { lock, type Connection, type LockReply } from '@reskue/core/protocol';
import { untilAnswered } from '../until-answered.js';

/** The lock that is wanted. */
export interface AskedLock {
  /** The lock's full key. */
  key: string;
  ttlMs: number;
  /** Without a line break. */
  holder: string;
  /** Empty under no lease. */
  leaseId: string;
  lapses: boolean;
}

/** `fenced`: the lease is gone. */
export type LockAnswer = { status: 'taken' | 'held'; value: string } | { status: 'fenced' };

/** Whoever wants a lock, and is told; what it does then must not throw. */
export interface LockAsker {
  readonly lock: AskedLock;
  answered(answer: LockAnswer): void;
  failed(reason: unknown): void;
}

/** As many operands as a script bears without a second thought. */
const mostAtOnce = 500;
/** So many jobs that begin together need not wait for the others: Redis is at work on their locks while those are prepared. */
const enoughJobs = 50;

/** What is asked for in this turn of the event loop, by connection: what goes together is on the same terms. */
const asked = new WeakMap<Connection, LockAsker[][]>();

/**
 * Takes a lock by the script `lock`. Those that are asked for in one turn of the event loop on the same terms go in one step,
 * in their order; a hundred jobs that begin together ask twice. Without a lease nobody works yet, and whoever asks hears that
 * Redis does not answer; under a lease it is asked until it does. Rejects with Redis's own error, which concerns this lock
 * alone, or all of them where Redis does not answer.
 */
export function takeLock(connection: Connection, wanted: AskedLock): Promise<LockAnswer> {
  return new Promise((answered, failed) => askForLock(connection, { lock: wanted, answered, failed }));
}

/** The same, told to whoever asks: for each job that begins a promise would be one more. */
export function askForLock(connection: Connection, asking: LockAsker): void {
  let batches = asked.get(connection);
  if (!batches) {
    asked.set(connection, (batches = []));
    process.nextTick(send, connection);
  }
  const most = asking.lock.leaseId === '' ? mostAtOnce : enoughJobs;
  for (const batch of batches) {
    if (batch.length >= most || !batch[0] || !areAlike(batch[0].lock, asking.lock)) continue;
    batch.push(asking);
    if (batch.length === enoughJobs && most === enoughJobs) {
      batches.splice(batches.indexOf(batch), 1);
      void ask(connection, batch);
    }
    return;
  }
  batches.push([asking]);
}

const areAlike = (one: AskedLock, other: AskedLock): boolean =>
  one.leaseId === other.leaseId && one.ttlMs === other.ttlMs && one.lapses === other.lapses;

function send(connection: Connection): void {
  const batches = asked.get(connection) ?? [];
  asked.delete(connection);
  for (const batch of batches) void ask(connection, batch);
}

async function ask(connection: Connection, askings: readonly LockAsker[]): Promise<void> {
  let reply: LockReply;
  try {
    const attempt = (): Promise<LockReply> => call(connection, askings);
    reply = await (askings[0]?.lock.leaseId === '' ? attempt() : untilAnswered(connection, attempt));
  } catch (error) {
    for (const asking of askings) asking.failed(error);
    return;
  }
  if (reply.status !== 'several') for (const asking of askings) asking.answered(reply);
  else answer(connection, askings, reply);
}

function answer(
  connection: Connection,
  askings: readonly LockAsker[],
  { value, others }: Extract<LockReply, { status: 'several' }>,
): void {
  const common: LockAnswer = { status: 'taken', value };
  for (const [place, asking] of askings.entries()) {
    const result = others.get(place);
    // By itself, it gets Redis's own error.
    if (result?.status === 'refused') void ask(connection, [asking]);
    else asking.answered(result ?? common);
  }
}

function call(connection: Connection, askings: readonly LockAsker[]): Promise<LockReply> {
  const [first, ...further] = askings.map((asking) => asking.lock);
  const { keys } = connection;
  const { key = '', leaseId = '', holder = '', ttlMs = 0, lapses = false } = first ?? {};
  const restKeys: string[] = [];
  for (const more of further) restKeys.push(more.key, keys.lockOwner(more.key));
  const rest =
    further.length === 0 ? {} : { keys: restKeys, args: [further.map((more) => more.holder).join('\n')] };
  return connection.run(
    lock,
    { lock: key, owner: keys.lockOwner(key), leaseLocks: keys.leaseLocks(leaseId), leases: keys.leases },
    { name: key, lease: leaseId, holder, ttlMs: Math.ceil(ttlMs), lapses: lapses ? '1' : '', now: '' },
    rest,
  );
}
