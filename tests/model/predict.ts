import { createHash } from 'node:crypto';
import { holderOf, leaseMark, type CycleCall, type CycleSlot, type Promotion } from '@reskue/core/protocol';
import { copyPlaces, type Held, type Places, type RedisState } from './redis-state.js';

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');

/** What a call is to do, told by the protocol's page and not by the scripts. */
export interface Expected {
  places: Places;
  locks: Map<string, string>;
  /** Jobs that begin to exist, and those that end: done, dropped or removed. */
  accepted: string[];
  ended: string[];
}

export const unchanged = (state: RedisState): Expected => ({
  places: copyPlaces(state),
  locks: new Map(state.locks),
  accepted: [],
  ended: [],
});

export function push(map: Map<string, string[]>, name: string, payload: string, end: 'front' | 'back'): void {
  const list = map.get(name) ?? [];
  map.set(name, list);
  if (end === 'front') list.unshift(payload);
  else list.push(payload);
}

function take(list: string[] | undefined, payload: string): boolean {
  const at = list?.indexOf(payload) ?? -1;
  if (at >= 0) list?.splice(at, 1);
  return at >= 0;
}

export function expectCycle(state: RedisState, call: CycleCall): Expected {
  const { leaseId, queues, slots } = call;
  const expected = unchanged(state);
  if (!state.leases.has(leaseId)) return expected;
  const { places } = expected;
  const free = slots.filter((slot) => settles(state, leaseId, slot, expected) && slot.wants);
  for (const claim of call.ahead?.done.flatMap(({ claims }) => claims) ?? []) {
    const held = places.ahead.get(`${leaseId} ${claim}`);
    if (held) expected.ended.push(held.payload);
    places.ahead.delete(`${leaseId} ${claim}`);
  }
  for (const holder of call.ahead?.unlocks ?? []) giveBackHeld(expected, leaseId, holder);
  const { first = 0, wanted = 0 } = call.ahead ?? {};
  const isNew = (state.lastAhead.get(leaseId) ?? -1) < first;
  const numbers = Array.from({ length: isNew ? wanted : 0 }, (_, index) => first + index);
  for (const { name } of queues) {
    const list = places.queues.get(name) ?? [];
    while (list.length > 0 && free.length + numbers.length > 0) {
      const slot = free.shift();
      // Beside a job whose process died nothing is claimed ahead, nor that one.
      if (!slot && state.recovered.has(sha1(list[0]!))) {
        numbers.length = 0;
        break;
      }
      const claim = slot ? slot.number : numbers.shift()!;
      const held = { payload: list.shift()!, queue: name, lease: leaseId, claim };
      if (slot) places.records.set(slot.workerId, held);
      else places.ahead.set(`${leaseId} ${claim}`, held);
    }
  }
  return expected;
}

/** What was claimed ahead goes into the record of its worker, where that is free and under this lease. */
export function moveIntoRecord(
  state: RedisState,
  places: Places,
  leaseId: string,
  { workerId, claim }: { workerId: string; claim: number },
): void {
  const held = places.ahead.get(`${leaseId} ${claim}`);
  const isHere = state.numbers.get(leaseId)?.has(workerId) && state.workers.has(workerId);
  if (!held || !isHere || !state.leases.has(leaseId) || places.records.has(workerId)) return;
  places.ahead.delete(`${leaseId} ${claim}`);
  places.records.set(workerId, held);
}

/** Back to the front, the last one first, wherever they are still held. */
export function expectGivingBack(
  state: RedisState,
  leaseId: string,
  claims: readonly { number: number; queue: string }[],
): Expected {
  const expected = unchanged(state);
  if (!state.leases.has(leaseId)) return expected;
  for (const { number, queue } of claims.toReversed()) {
    const held = expected.places.ahead.get(`${leaseId} ${number}`);
    if (!held) continue;
    expected.places.ahead.delete(`${leaseId} ${number}`);
    push(expected.places.queues, queue, held.payload, 'front');
  }
  return expected;
}

/** Whether a slot's part of a call is applied, and what its outcome does. */
function settles(state: RedisState, leaseId: string, slot: CycleSlot, expected: Expected): boolean {
  const { workerId, number, outcome, aheadClaim } = slot;
  const { places } = expected;
  const last = state.numbers.get(leaseId)?.get(workerId);
  if (aheadClaim !== undefined && outcome && last !== undefined && last < number)
    moveIntoRecord(state, places, leaseId, { workerId, claim: aheadClaim });
  const held = places.records.get(workerId);
  if (last !== undefined && (last >= number || (held && !outcome))) return false;
  const isOurs = last !== undefined && state.workers.has(workerId) && (!outcome || held !== undefined);
  // Who lost a job gives back its locks nevertheless.
  for (const command of outcome?.commands ?? []) {
    if (command.command === 'unlock') giveBackHeld(expected, leaseId, holderOf(command));
    else giveBackLock(expected, command.keys[0]!, String(command.args[0]));
  }
  if (!isOurs) return false;
  if (outcome && held) {
    places.records.delete(workerId);
    if (outcome.failure !== undefined) places.failed.push(outcome.failure);
    else if (!outcome.move) expected.ended.push(held.payload);
    if (outcome.move?.destination.to === 'delayed')
      push(places.buckets, String(outcome.move.destination.second), outcome.move.payload, 'back');
    else if (outcome.move)
      push(places.queues, outcome.move.destination.queue, outcome.move.payload, outcome.move.destination.to);
  }
  return true;
}

export function expectPromotion(
  state: RedisState,
  second: number,
  promotions: readonly Promotion[],
): Expected {
  const expected = unchanged(state);
  const { queues, buckets, failed } = expected.places;
  for (const promotion of promotions) {
    const { action, payload } = promotion;
    if (!take(buckets.get(String(second)), payload)) continue;
    if (action === 'queue') push(queues, promotion.queue, payload, 'back');
    else if (action === 'fail') failed.push(promotion.failure);
    else push(buckets, String(promotion.second), payload, 'back');
  }
  return expected;
}

/** The records of these workers go to the front of their queues, the last claim first, or to `failed` as the entry given. */
export function expectTakingBack(
  state: RedisState,
  isTheirs: (workerId: string, held: Held) => boolean,
  entryFor: (workerId: string) => string | undefined,
): Expected {
  const expected = unchanged(state);
  const { queues, records, ahead, failed } = expected.places;
  const everything = [...state.records, ...state.ahead];
  const theirs = everything.filter(([workerId, held]) => isTheirs(workerId, held));
  theirs.sort(([, one], [, other]) => (other.claim ?? 0) - (one.claim ?? 0));
  for (const [workerId, { payload, queue }] of theirs) {
    records.delete(workerId);
    ahead.delete(workerId);
    const entry = entryFor(workerId);
    if (entry === undefined) push(queues, queue, payload, 'front');
    else failed.push(entry);
  }
  return expected;
}

export function expectRemoval(state: RedisState, second: number, payload: string): Expected {
  const expected = unchanged(state);
  while (take(expected.places.buckets.get(String(second)), payload)) expected.ended.push(payload);
  return expected;
}

export function expectRetry(state: RedisState, entry: string, queue: string, payload: string): Expected {
  const expected = unchanged(state);
  if (take(expected.places.failed, entry)) push(expected.places.queues, queue, payload, 'back');
  return expected;
}

/** What the texts of a lease's holders begin with. */
export const holdersOf = (leaseId: string): string => `${leaseMark(leaseId)}000000`;

/** Whatever lock the holder of this number has. */
function giveBackHeld({ locks }: Expected, leaseId: string, holder: number): void {
  for (const [lock, text] of locks) if (text === `${holdersOf(leaseId)}${holder}`) locks.delete(lock);
}

/** Only its holder gives a lock back. */
function giveBackLock({ locks }: Expected, lock: string, value: string): void {
  // Behind the name of the key's prefix.
  const key = [...locks.keys()].find((name) => lock.endsWith(name));
  if (key !== undefined && locks.get(key) === value.slice(value.indexOf('.') + 1)) locks.delete(key);
}
