import {
  adopt,
  decodeRecord,
  encodeFailure,
  lock,
  readLockValue,
  register,
  renew,
  retryFailed,
  removeDelayed,
  runFullCycle,
  runQuickCycle,
  runScript,
  unlockCommand,
  unregister,
  enqueue,
  enqueueDelayed,
  giveBack,
  isOrdinary,
  runGiveBack,
  succeeded,
  type CycleAheadReply,
  type CycleCall,
  type CycleSlotReply,
  type Keys,
  type Outcome,
} from '@reskue/core/protocol';
import type { Actor, Sent, Slot, Waiting } from './actors.js';
import { decodeCycle } from './decode-cycle.js';
import {
  expectCycle,
  expectGivingBack,
  expectRemoval,
  expectRetry,
  holdersOf,
  moveIntoRecord,
  push,
  unchanged,
} from './predict.js';
import { record } from './wire.js';

export const leaseMs = 10_000;
const keepMs = 60_000;
const lockMs = 3_600_000;

const ignore = (): void => {};

/** Stored by the first arrival that finds no reason not to; later ones change nothing. */
export function enqueueCall(
  keys: Keys,
  producer: string,
  call: number,
  queue: string,
  payloads: string[],
): Sent {
  let isStored = false;
  const named = {
    queues: keys.queues,
    list: keys.queue(queue),
    wake: keys.wakeQueue(queue),
    newQueue: keys.wake,
  };
  return {
    recorded: record((client) =>
      runScript(
        client,
        enqueue,
        { ...named, producer: keys.producer(producer) },
        { queue, call, fresh: '1', keepMs },
        { args: payloads },
      ),
    ),
    expect(before) {
      const expected = unchanged(before);
      if (isStored) return expected;
      isStored = true;
      for (const payload of payloads) push(expected.places.queues, queue, payload, 'back');
      return { ...expected, accepted: payloads };
    },
    answer: ignore,
    isAnswered: false,
  };
}

export interface Delay {
  payload: string;
  second: number;
  dueMs: number;
}

/** A refusal of a duplicate stores nothing, so that a later copy may find no duplicate any more, and store. */
export function delayCall(keys: Keys, producer: string, call: number, job: Delay): Sent {
  const { payload, second } = job;
  let isStored = false;
  return {
    recorded: record((client) =>
      runScript(
        client,
        enqueueDelayed,
        {
          ...keys,
          bucket: keys.bucket(second),
          timestamps: keys.timestamps(payload),
          producer: keys.producer(producer),
        },
        { ...job, call, fresh: '1', keepMs },
      ),
    ),
    expect(before) {
      const expected = unchanged(before);
      if (isStored || before.buckets.get(String(second))?.includes(payload)) return expected;
      isStored = true;
      push(expected.places.buckets, String(second), payload, 'back');
      return { ...expected, accepted: [payload] };
    },
    answer: ignore,
    isAnswered: false,
  };
}

/** `occupied` collects the worker ids under which somebody's record is in the way. */
export function registerCall(keys: Keys, actor: Actor, slots: Slot[], occupied: string[]): Sent {
  const id = actor.leaseId;
  const ids = slots.map(({ workerId }) => workerId);
  const recorded = record((client) =>
    runScript(
      client,
      register,
      { ...keys, lease: keys.lease(id), looked: keys.leasesLooked },
      {
        id,
        leaseMs,
        terms: '{"recovery":"requeue","maxRecoveries":3}',
        startedText: '1',
        leasePrefix: keys.lease(''),
        now: '',
      },
      { keys: ids.flatMap((worker) => [keys.record(worker), keys.started(worker)]), args: ids },
    ),
  );
  const answer = (reply: unknown): void => {
    for (const [index, slot] of slots.entries()) {
      const word = register.decode(reply).workers[index];
      if (word === 'registered') slot.isRegistered = true;
      else if (word === 'taken')
        slot.workerId = `${ids[index]!.slice(0, -slot.queues.length - 1)}+x2:${slot.queues}`;
      else occupied.push(slot.workerId);
    }
  };
  return { recorded, expect: unchanged, answer, isAnswered: false };
}

export function unregisterCall(keys: Keys, actor: Actor, slots: Slot[]): Sent {
  const id = actor.leaseId;
  const ids = slots.map(({ workerId }) => workerId);
  const restKeys = ids.flatMap((worker) => [
    keys.record(worker),
    keys.started(worker),
    keys.ping(worker),
    keys.processedBy(worker),
    keys.failuresBy(worker),
  ]);
  return {
    recorded: record((client) =>
      runScript(
        client,
        unregister,
        { ...keys, lease: keys.lease(id), ahead: keys.leaseAhead(id) },
        { id },
        { keys: restKeys, args: ids },
      ),
    ),
    expect: unchanged,
    answer(reply) {
      for (const [index, word] of unregister.decode(reply).workers.entries())
        if (word !== 'busy') slots[index]!.isRegistered = false;
      if (actor.slots.every(({ isRegistered }) => !isRegistered)) actor.newLease();
    },
    isAnswered: false,
  };
}

export function renewCall(keys: Keys, actor: Actor): Sent {
  const id = actor.leaseId;
  return {
    recorded: record((client) =>
      runScript(
        client,
        renew,
        { ...keys, lease: keys.lease(id), looked: keys.leasesLooked },
        { id, leaseMs, now: '' },
      ),
    ),
    expect: unchanged,
    answer(reply) {
      if (renew.decode(reply).status === 'lost' && actor.slots.some(({ isRegistered }) => isRegistered))
        actor.fence();
    },
    isAnswered: false,
  };
}

/** A lock is taken by the first arrival; a copy that comes after its holder gave it back would take it for nobody. */
export function lockCall(keys: Keys, actor: Actor, slot: Slot, name: string): Sent {
  const short = `lock:${name}`;
  const key = keys.prefix + short;
  const { leaseId } = actor;
  const holders = holdersOf(leaseId);
  // A holder for each lock of a job.
  const first = 1_000_000_000 + 2 * (slot.held?.claim ?? 0) + Number(name === 'l1');
  const named = { lock: key, leaseLocks: keys.leaseLocks(leaseId), leases: keys.leases };
  return {
    recorded: record((client) =>
      runScript(client, lock, named, {
        name: key,
        lease: leaseId,
        holders,
        first,
        ttlMs: lockMs,
        lapses: '',
        over: '',
        now: '',
      }),
    ),
    expect(before) {
      const expected = unchanged(before);
      if (before.leases.has(leaseId) && !before.locks.has(short))
        expected.locks.set(short, `${holders}${first}`);
      return expected;
    },
    answer(reply) {
      const taken = lock.decode(reply);
      if (taken.status === 'taken') slot.locks.set(key, taken.value);
    },
    endsWhenAnswered: true,
    isAnswered: false,
  };
}

export type Ending = 'done' | 'dropped' | 'failed' | 'retried' | 'front' | 'back';

/** What a slot wants of its claim's end; its locks go with it. */
export function outcomeFor(
  keys: Keys,
  slot: Slot,
  ending: Ending,
  delay: Omit<Delay, 'payload'>,
): Outcome | null {
  if (!slot.held) return null;
  const { payload, queue } = slot.held;
  // Both ways of giving back, in turns.
  const delIf = (key: string, value: string) => ({ command: 'delif', keys: [key], args: [value] });
  const { claim } = slot.held;
  const commands = [...slot.locks].map(([key, value]) =>
    claim % 2 === 0 ? delIf(key, value) : unlockCommand(Number(readLockValue(value).number.slice(6))),
  );
  const counted = { processed: 0, failed: 0 };
  switch (ending) {
    case 'done':
      return succeeded(commands);
    case 'dropped':
      return { kind: 'dropped', counted, commands };
    case 'failed': {
      const error = new Error('failed');
      const failure = encodeFailure('node', { worker: 'w', queue, rawPayload: payload, error, failedAt: 0 });
      return { kind: 'failed', counted: { processed: 0, failed: 1 }, failure, commands };
    }
    case 'retried':
      return {
        kind: 'retried',
        counted,
        move: { payload, destination: { to: 'delayed', ...delay } },
        commands,
      };
    case 'front':
    case 'back':
      return { kind: 'requeued', counted, move: { payload, destination: { to: ending, queue } }, commands };
  }
}

/** One cycle; `slots` in the order of the call's. */
export function cycleCall(keys: Keys, actor: Actor, slots: Slot[], call: CycleCall): Sent {
  /** Slots whose settlement took effect, by the page's rules. */
  const settled = new Set<number>();
  const recorded = record((client) => runFullCycle(client, keys, call));
  if (isOrdinary(call)) recorded.quick = record((client) => runQuickCycle(client, keys, call));
  const take = (slot: Slot, reply: CycleSlotReply, index: number): void => {
    if (reply.settlement === 'settled' && !settled.has(index))
      throw new Error(`${slot.workerId} was told that its job is settled, and it was not`);
    if (reply.settlement === 'lost' || reply.settlement === 'taken') slot.isRegistered = false;
    // A worker that was cleaned away does not lose what it claimed ahead: that goes back by another call.
    if (slot.isAhead && slot.held && reply.settlement !== 'settled' && reply.settlement !== 'refused')
      actor.waiting.unshift(slot.held);
    slot.held = null;
    slot.isAhead = false;
    slot.locks.clear();
    const { number } = call.slots[index]!;
    if (reply.claim) {
      const queue = call.queues[reply.claim.queueIndex]!.name;
      slot.held = { payload: reply.claim.payload, queue, claim: number };
    }
    // A copy of this call came through before: what it claimed is in the record.
    const record = reply.record === null ? null : decodeRecord(reply.record);
    if (record) slot.held = { payload: record.payload, queue: record.queue, claim: record.claim ?? 0 };
  };
  return {
    recorded,
    expect(before) {
      const expected = expectCycle(before, call);
      for (const [index, slot] of call.slots.entries()) {
        const ahead = before.ahead.get(`${call.leaseId} ${slot.aheadClaim ?? ''}`);
        const held = before.records.get(slot.workerId) ?? ahead;
        const isHeldAfter = [...expected.places.records.values(), ...expected.places.ahead.values()].includes(
          held!,
        );
        if (slot.outcome && held && !isHeldAfter) settled.add(index);
      }
      return expected;
    },
    answer(reply) {
      const decoded = decodeCycle(call, reply);
      if (decoded.status === 'lost') actor.fence();
      else {
        actor.waiting.push(...claimedAhead(decoded.ahead, call));
        for (const [index, slot] of slots.entries()) take(slot, decoded.slots[index]!, index);
      }
    },
    isAnswered: false,
  };
}

function claimedAhead({ fresh, records }: CycleAheadReply, { queues, ahead }: CycleCall): Waiting[] {
  const claims: Waiting[] = [];
  for (const { queueIndex, payloads } of fresh)
    for (const payload of payloads)
      claims.push({ payload, queue: queues[queueIndex]!.name, claim: ahead!.first + claims.length });
  for (const text of records) {
    const { payload, queue, claim } = decodeRecord(text)!;
    claims.push({ payload, queue, claim: claim ?? 0 });
  }
  return claims;
}

/** What is not begun goes back; a late copy finds it gone. */
export function giveBackCall(keys: Keys, actor: Actor, waiting: Waiting[]): Sent {
  const { leaseId } = actor;
  const claims = waiting.map(({ claim, queue }) => ({ number: claim, queue }));
  return {
    recorded: record((client) => runGiveBack(client, keys, leaseId, claims)),
    expect: (before) => expectGivingBack(before, leaseId, claims),
    answer(reply) {
      if (giveBack.decode(reply).status === 'lost') actor.fence();
    },
    isAnswered: false,
  };
}

/** A job that runs for long is shown in the record of its worker. */
export function adoptCall(keys: Keys, actor: Actor, slot: Slot, claim: number): Sent {
  const { leaseId } = actor;
  const { workerId } = slot;
  const named = {
    ...keys,
    lease: keys.lease(leaseId),
    ahead: keys.leaseAhead(leaseId),
    record: keys.record(workerId),
  };
  return {
    recorded: record((client) =>
      runScript(client, adopt, named, { id: leaseId, worker: workerId, name: '"w"', claim }),
    ),
    expect(before) {
      const expected = unchanged(before);
      moveIntoRecord(before, expected.places, leaseId, { workerId, claim });
      return expected;
    },
    answer: ignore,
    isAnswered: false,
  };
}

export function removeDelayedCall(keys: Keys, second: number, payload: string): Sent {
  const named = { ...keys, bucket: keys.bucket(second), timestamps: keys.timestamps(payload) };
  return {
    recorded: record((client) => runScript(client, removeDelayed, named, { second, payload })),
    expect: (before) => expectRemoval(before, second, payload),
    answer: ignore,
    isAnswered: false,
  };
}

export function retryFailedCall(keys: Keys, entry: string, queue: string, payload: string): Sent {
  const named = { ...keys, list: keys.queue(queue), wake: keys.wakeQueue(queue), newQueue: keys.wake };
  return {
    recorded: record((client) => runScript(client, retryFailed, named, { entry, queue, payload })),
    expect: (before) => expectRetry(before, entry, queue, payload),
    answer: ignore,
    isAnswered: false,
  };
}
