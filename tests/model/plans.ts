import { createHash } from 'node:crypto';
import {
  duePage,
  encodeFailure,
  forceClean,
  leaseMark,
  reap,
  reapLease,
  runPromote,
  runScript,
  takeBack,
  type Promotion,
} from '@reskue/core/protocol';
import type { Sent } from './actors.js';
import { expectPromotion, expectTakingBack, unchanged } from './predict.js';
import type { Held, RedisState } from './redis-state.js';
import { record, type Recorded, type Wire } from './wire.js';

// What is read first and run later, when the world may have moved on.

const tag = (reply: unknown): unknown => (Array.isArray(reply) ? reply[0] : reply);

/** Entries for `failed` that a recorded `reap` brings along, by worker id. */
function entriesOf({ keyCount, operands }: Recorded): Map<string, string> {
  const rest = operands.slice(keyCount + reap.args.length).map(String);
  const entries = new Map<string, string>();
  for (let at = 0; at < rest.length; at += 5) if (rest[at + 3]) entries.set(rest[at]!, rest[at + 3]!);
  return entries;
}

function reaping(
  recorded: Recorded,
  isTheirs: (workerId: string, held: Held) => boolean,
  leaseId: string,
): Sent {
  const entries = entriesOf(recorded);
  return {
    recorded,
    expect(before, reply) {
      if (tag(reply) !== 'reaped') return unchanged(before);
      const expected = expectTakingBack(before, isTheirs, (workerId) => entries.get(workerId));
      for (const [lock, holder] of before.locks)
        if (leaseId !== '' && holder.startsWith(leaseMark(leaseId))) expected.locks.delete(lock);
      return expected;
    },
    answer: () => {},
    isAnswered: false,
  };
}

/** Reads what is left of a lease and gives the call that takes it back. */
export async function planReaping(wire: Wire, leaseId: string): Promise<Sent> {
  const recorded = await wire.recordAfterReading((connection) => reapLease(connection, leaseId));
  return reaping(recorded, (_, { lease }) => lease === leaseId, leaseId);
}

/** The same for a record that no lease holds. */
export async function planTakingBack(wire: Wire, workerId: string): Promise<Sent> {
  const recorded = await wire.recordAfterReading((connection) => takeBack(connection, workerId));
  return reaping(recorded, (id) => id === workerId, '');
}

/** Reads which jobs of a second are due and gives the call that promotes them to a queue, to `failed` or to a later second. */
export async function planPromotion(
  wire: Wire,
  state: RedisState,
  second: number,
  now: number,
  to: string,
): Promise<Sent> {
  const { keys } = wire;
  const named = { bucket: keys.bucket(second), due: keys.due };
  const page = await runScript(wire.redis, duePage, named, { second, first: 0, last: 99, now });
  for (const payload of page.payloads) {
    const dueAt = state.due.get(`${second}:${payload}`) ?? second * 1000;
    if (dueAt > now) throw new Error(`${payload} was to be promoted ${dueAt - now} ms before it is due`);
  }
  const promotions = page.payloads.map((payload): Promotion => {
    if (to === 'later') return { action: 'later', payload, second: second + 60, dueMs: (second + 60) * 1000 };
    if (to !== 'failed') return { action: 'queue', payload, queue: to };
    const error = new Error('refused');
    const failure = encodeFailure('node', {
      worker: 's',
      queue: to,
      rawPayload: payload,
      error,
      failedAt: 0,
    });
    return { action: 'fail', payload, failure };
  });
  return {
    recorded: record((client) => runPromote(client, keys, second, promotions)),
    expect: (before) => expectPromotion(before, second, promotions),
    answer: () => {},
    isAnswered: false,
  };
}

/** Reads a worker's record and gives the call by which an operator cleans that worker away. */
export async function planCleaning(wire: Wire, state: RedisState, workerId: string): Promise<Sent> {
  const { keys } = wire;
  const bytes = await wire.redis.getBuffer(keys.record(workerId));
  const held = state.records.get(workerId);
  const error = new Error('cleaned');
  const failure = held
    ? encodeFailure('node', {
        worker: workerId,
        queue: held.queue,
        rawPayload: held.payload,
        error,
        failedAt: 0,
      })
    : '';
  const seen = bytes ? createHash('sha1').update(bytes).digest('hex') : '';
  const recorded = record((client) =>
    runScript(
      client,
      forceClean,
      { ...keys, lease: keys.lease(held?.lease ?? '') },
      { workerId, seen, failure },
      { keys: [keys.record(workerId), keys.started(workerId), keys.ping(workerId)] },
    ),
  );
  return {
    recorded,
    expect(before, reply) {
      if (tag(reply) !== 'cleaned') return unchanged(before);
      return expectTakingBack(
        before,
        (id) => id === workerId,
        () => failure,
      );
    },
    answer: () => {},
    isAnswered: false,
  };
}
