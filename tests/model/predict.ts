import type { CycleCall, CycleSlot, Promotion } from '@reskue/core/protocol';
import { copyPlaces, type Held, type Places, type RedisState } from './redis-state.js';

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

export function expectCycle(state: RedisState, { leaseId, queues, slots }: CycleCall): Expected {
  const expected = unchanged(state);
  if (!state.leases.has(leaseId)) return expected;
  const free = slots.filter((slot) => settles(state, leaseId, slot, expected) && slot.wants);
  for (const { name } of queues) {
    const list = expected.places.queues.get(name) ?? [];
    while (list.length > 0 && free.length > 0) {
      const { workerId, number } = free.shift()!;
      const payload = list.shift()!;
      expected.places.records.set(workerId, { payload, queue: name, lease: leaseId, claim: number });
    }
  }
  return expected;
}

/** Whether a slot's part of a call is applied, and what its outcome does. */
function settles(state: RedisState, leaseId: string, slot: CycleSlot, expected: Expected): boolean {
  const { workerId, number, outcome } = slot;
  const last = state.numbers.get(leaseId)?.get(workerId);
  const held = state.records.get(workerId);
  if (last !== undefined && (last >= number || (held && !outcome))) return false;
  const isOurs = last !== undefined && state.workers.has(workerId) && (!outcome || held !== undefined);
  // Who lost a job gives back its locks nevertheless.
  for (const { keys, args } of outcome?.commands ?? []) {
    const lock = keys[1]!;
    if (expected.locks.get(lock) === args[0]) expected.locks.delete(lock);
  }
  if (!isOurs) return false;
  if (outcome && held) {
    const { places } = expected;
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
  const { queues, records, failed } = expected.places;
  const theirs = [...state.records].filter(([workerId, held]) => isTheirs(workerId, held));
  theirs.sort(([, one], [, other]) => (other.claim ?? 0) - (one.claim ?? 0));
  for (const [workerId, { payload, queue }] of theirs) {
    records.delete(workerId);
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
