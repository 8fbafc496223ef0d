import { leaseMark, newNumberer, newProcessMark } from './lock-value.js';

/** Who holds locks in this process. */
interface Holders {
  /** Digits of whoever numbers them. */
  readonly numberer: string;
  /** Digits for the process where there is no lease. */
  readonly processMark: string;
  /** All numbers have as many digits, so that no holder's text is the beginning of another's. */
  last: number;
  /** Those who may hold a lock under a lease: their job has not ended. */
  readonly holding: Set<number>;
}

// One in the process, however many copies of this package are loaded: the locks of a lease are known by these numbers.
const key = Symbol.for('reskue.holders');

function holdersHere(): Holders {
  const present: unknown = Reflect.get(globalThis, key);
  // Only this function writes it.
  if (present !== undefined) return present as Holders;
  const numberer = newNumberer();
  const made: Holders = {
    numberer,
    processMark: newProcessMark(),
    last: 1_000_000_000,
    holding: new Set(),
  };
  Object.defineProperty(globalThis, key, { value: made });
  return made;
}

/**
 * Where a lock came along with a claim made ahead, this stands in front of the claim's number, in the place of a numberer's
 * digits and of a holder's first, which is no 0. Claims are numbered by their lease: the thread of the heartbeat, which gives
 * them back as well, has a numberer of its own.
 */
export const claimMark = '0000000';

const holders = holdersHere();
const { numberer, holding } = holders;
const underNoLease = holders.processMark + numberer;

/** What the texts of holders begin with. */
export const holdersOf = (leaseId: string): string =>
  leaseId === '' ? underNoLease : leaseMark(leaseId) + numberer;

/** So many new holders; gives the number of the first. */
export function newHolders(count: number): number {
  const first = holders.last + 1;
  holders.last += count;
  return first;
}

/** Told before a lock is asked for under a lease: what another connection hears of it may be here before its answer. */
export const begins = (number: number): void => void holding.add(number);

/** Told when it was not taken, or its job has ended; the lock goes with the settlement, a little later. */
export const ends = (number: number): void => void holding.delete(number);

/** Whether such a holder's job has not ended. */
export const isHolding = (number: number): boolean => holding.has(number);

/** What stands in front of a claim's number, behind the second, in the value of a lock that came along with the claim. */
export const claimHolders = (leaseId: string): string => `.${leaseMark(leaseId)}${claimMark}`;
