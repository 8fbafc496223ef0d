import { leaseMark, newNumberer, newProcessMark } from '@reskue/core/protocol';

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

/** Whether a lock is held for a job of this process that has ended, and is being settled. */
export function isOver(value: string, leaseId: string): boolean {
  const at = value.indexOf('.') + 1;
  const texts = holdersOf(leaseId);
  return at > 0 && value.startsWith(texts, at) && !holding.has(Number(value.slice(at + texts.length)));
}
