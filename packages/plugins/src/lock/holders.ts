import { leaseMark, newNumberer, newProcessMark } from '@reskue/core/protocol';

/** Of this copy of the package: under one lease there may be two that number holders. */
const numberer = newNumberer();
const underNoLease = newProcessMark() + numberer;

/** All numbers have as many digits, so that no holder's text is the beginning of another's. */
let lastNumber = 1_000_000_000;

/** Those who may hold a lock under a lease: their job has not ended. */
const holding = new Set<number>();

/** What the texts of holders begin with. */
export const holdersOf = (leaseId: string): string =>
  leaseId === '' ? underNoLease : leaseMark(leaseId) + numberer;

/** So many new holders; gives the number of the first. */
export function newHolders(count: number): number {
  const first = lastNumber + 1;
  lastNumber += count;
  return first;
}

/** Told before a lock is asked for under a lease: what another connection hears of it may be here before its answer. */
export const begins = (number: number): void => void holding.add(number);

/** Told when it was not taken, or its job has ended; the lock goes with the settlement, a little later. */
export const ends = (number: number): void => void holding.delete(number);

/** Whether a lock is held for a job of this process that has ended, and is being settled. */
export function isOver(value: string, leaseId: string): boolean {
  const at = value.indexOf('.') + 1;
  const holders = holdersOf(leaseId);
  return at > 0 && value.startsWith(holders, at) && !holding.has(Number(value.slice(at + holders.length)));
}
