import { leaseMark, withoutMembers } from '@reskue/core/protocol';
import type { Expected } from './predict.js';
import { everyPlace, placesText, type RedisState } from './redis-state.js';

/** Each job that was accepted and has not ended: in exactly one place, byte for byte. */
export function checkSomewhere(state: RedisState, accepted: ReadonlyMap<string, number>): void {
  const found = new Map<string, string[]>();
  for (const [payload, place] of everyPlace(state, (text) => accepted.has(text)))
    found.set(payload, [...(found.get(payload) ?? []), place]);
  for (const [payload, places] of found) {
    const wanted = accepted.get(payload) ?? 0;
    if (places.length > wanted)
      throw new Error(`${payload} is in ${places.join(' and in ')}; ${wanted} of it should be`);
  }
  for (const [payload, wanted] of accepted) {
    const places = found.get(payload) ?? [];
    if (places.length < wanted)
      throw new Error(`${payload} is lost: ${wanted} of it should be, found ${places.join(', ') || 'none'}`);
  }
}

/** The call did what its page says, and nothing else. */
export function checkExpected(state: RedisState, { places, locks }: Expected): void {
  const [is, should] = [placesText(state), placesText(places)];
  if (is !== should) throw new Error(`the call left\n${is}\nand should have left\n${should}`);
  const [held, wanted] = [locksText(state.locks), locksText(locks)];
  if (held !== wanted) throw new Error(`locks are held by ${held} and should be by ${wanted}`);
}

const locksText = (locks: Map<string, string>): string => JSON.stringify([...locks].sort());

/** What must hold for nothing to be stuck for ever. */
export function checkReachable(state: RedisState): void {
  const { records, ahead, leases, numbers, buckets, queues, schedule, due, markers, knownQueues, locks } =
    state;
  for (const [workerId, { lease }] of records) {
    if (lease === null) continue;
    const isKnown = leases.has(lease) && numbers.get(lease)?.has(workerId);
    if (!isKnown) throw new Error(`${workerId} holds a job under the lease ${lease}, which nobody will reap`);
  }
  for (const [claim, { lease }] of ahead)
    if (!leases.has(lease ?? '')) throw new Error(`${claim} is held under a lease that nobody will reap`);
  const holders = [...numbers.values()].flatMap((workers) => [...workers.keys()]);
  for (const [index, workerId] of holders.entries())
    if (holders.indexOf(workerId) < index) throw new Error(`${workerId} is a worker of two leases`);
  for (const second of buckets.keys())
    if (!schedule.has(second)) throw new Error(`the second ${second} has jobs and is not in the schedule`);
  for (const member of due.keys()) {
    const at = member.indexOf(':');
    if (!buckets.get(member.slice(0, at))?.includes(member.slice(at + 1)))
      throw new Error(`due names ${member}, which is not in its bucket`);
  }
  for (const [payload, second] of markers)
    // The marker is of the job without what stands behind its args.
    if (!buckets.get(second)?.some((text) => withoutMembers(text) === payload))
      throw new Error(`${payload} counts as delayed until ${second}, and is not`);
  for (const queue of queues.keys())
    if (!knownQueues.has(queue)) throw new Error(`the queue ${queue} has jobs and is not in queues`);
  const marks = [...leases.keys()].map(leaseMark);
  for (const [lock, holder] of locks) {
    if (!marks.some((mark) => holder.startsWith(mark)))
      throw new Error(`${lock} is held by ${holder}, whose lease is gone`);
  }
}
