import { begins, holdersOf, lock, newHolders, type Connection, type LockReply } from '@reskue/core/protocol';
import { untilAnswered } from '../until-answered.js';

/** `fenced`: the lease is gone. */
export type LockAnswer = { status: 'taken' | 'held'; value: string } | { status: 'fenced' };

/** Whoever wants a lock, and is told; what it does then must not throw. */
export interface LockAsker {
  /** The lock's full key. */
  readonly key: string;
  readonly ttlMs: number;
  /** Empty under no lease. */
  readonly leaseId: string;
  readonly lapses: boolean;
  /** Empty, or the value of a lock that may be taken from its holder, who has ended. */
  readonly over: string;
  /** Of this holder; given when it asks for the first time, and 0 until then. */
  number: number;
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
 * Redis does not answer; under a lease it is asked until it does. Fails with Redis's own error, which concerns this lock
 * alone, or all of them where Redis does not answer. Whoever asks is told: for each job that begins a promise would be one more.
 */
export function askForLock(connection: Connection, asking: LockAsker): void {
  let batches = asked.get(connection);
  if (!batches) {
    asked.set(connection, (batches = []));
    process.nextTick(send, connection);
  }
  const most = asking.leaseId === '' ? mostAtOnce : enoughJobs;
  for (const batch of batches) {
    if (batch.length >= most || !batch[0] || !areAlike(batch[0], asking)) continue;
    batch.push(asking);
    if (batch.length === enoughJobs && most === enoughJobs) {
      batches.splice(batches.indexOf(batch), 1);
      void ask(connection, batch);
    }
    return;
  }
  batches.push([asking]);
}

const areAlike = (one: LockAsker, other: LockAsker): boolean =>
  one.leaseId === other.leaseId &&
  one.ttlMs === other.ttlMs &&
  one.lapses === other.lapses &&
  one.over === '' &&
  other.over === '';

function send(connection: Connection): void {
  const batches = asked.get(connection) ?? [];
  asked.delete(connection);
  for (const batch of batches) void ask(connection, batch);
}

async function ask(connection: Connection, askings: readonly LockAsker[]): Promise<void> {
  // Sent again, it is asked for the same holders.
  const first = askings[0]?.number || newHolders(askings.length);
  const isLeased = askings[0]?.leaseId !== '';
  for (let at = 0; at < askings.length; at += 1) {
    (askings[at] as LockAsker).number = first + at;
    if (isLeased) begins(first + at);
  }
  let reply: LockReply;
  try {
    const attempt = (): Promise<LockReply> => call(connection, askings, first);
    reply = await (isLeased ? untilAnswered(connection, attempt) : attempt());
  } catch (error) {
    for (const asking of askings) tell(() => asking.failed(error));
    return;
  }
  if (reply.status === 'several') {
    answer(connection, askings, reply);
    return;
  }
  const same = reply;
  for (const asking of askings) tell(() => asking.answered(same));
}

/** Where one of them throws against the rule, the others hear all the same, and so does the process. */
function tell(one: () => void): void {
  try {
    one();
  } catch (error) {
    setImmediate(() => {
      throw error;
    });
  }
}

function answer(
  connection: Connection,
  askings: readonly LockAsker[],
  { second, others }: Extract<LockReply, { status: 'several' }>,
): void {
  const mark = `${second}.${holdersOf(askings[0]?.leaseId ?? '')}`;
  for (const [place, asking] of askings.entries()) {
    const result = others.get(place);
    // By itself, it gets Redis's own error.
    if (result?.status === 'refused') void ask(connection, [asking]);
    else tell(() => asking.answered(result ?? { status: 'taken', value: `${mark}${asking.number}` }));
  }
}

function call(connection: Connection, askings: readonly LockAsker[], first: number): Promise<LockReply> {
  const { keys } = connection;
  const { key, leaseId, ttlMs, lapses, over } = askings[0] as LockAsker;
  const further: string[] = [];
  for (let at = 1; at < askings.length; at += 1) further.push((askings[at] as LockAsker).key);
  return connection.run(
    lock,
    { lock: key, leaseLocks: keys.leaseLocks(leaseId), leases: keys.leases },
    {
      name: key,
      lease: leaseId,
      holders: holdersOf(leaseId),
      first,
      ttlMs: Math.ceil(ttlMs),
      lapses: lapses ? '1' : '',
      over,
      now: '',
    },
    { keys: further },
  );
}
