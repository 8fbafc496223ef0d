/** A job's claim that brought its lock along. */
export interface BroughtLock {
  /** The claim's number. */
  readonly claim: number;
  /** Its job waits here, begun or not, or is over. */
  readonly state: 'waiting' | 'begun' | 'over';
  /** An equal job that came earlier needs the lock first: this one has none any more, and asks for it when it begins. */
  lose(): void;
}

// One in the process, however many copies of this package are loaded.
const key = Symbol.for('reskue.brought-locks');

type CallsByLease = Map<string, Map<number, BroughtLocks>>;

/** Calls that were sent, and whose claims are not all over, by lease and by the number of their first claim. */
function callsHere(): CallsByLease {
  const present: unknown = Reflect.get(globalThis, key);
  // Only this function writes it.
  if (present !== undefined) return present as CallsByLease;
  const made: CallsByLease = new Map();
  Object.defineProperty(globalThis, key, { value: made });
  return made;
}

const calls = callsHere();

/** The locks that one call brings along with the claims that it makes ahead. */
export class BroughtLocks {
  /** Undefined until the call is answered. */
  #locks: readonly BroughtLock[] | undefined;
  #open = 0;
  /** The claims of those that were lost before the answer was here. */
  readonly #lost: number[] = [];

  constructor(
    readonly leaseId: string,
    /** The number of its first claim, and of how many it may make. */
    readonly first: number,
    readonly count: number,
  ) {
    const ofLease = calls.get(leaseId) ?? new Map<number, BroughtLocks>();
    calls.set(leaseId, ofLease.set(first, this));
  }

  /** These came. */
  answered(locks: readonly BroughtLock[]): void {
    this.#locks = locks;
    this.#open = locks.length;
    for (const lock of locks) if (this.#lost.includes(lock.claim)) lock.lose();
    if (this.#open === 0) this.#forget();
  }

  /** The job of one of them has ended, or went back: the lock goes with its claim, a little later. */
  ended(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#forget();
  }

  /**
   * Whether an equal job may take the lock of this claim: its job has ended, or has not begun, and then it loses the lock.
   * Undefined where that is none of its claims.
   */
  yields(claim: number): boolean | undefined {
    if (claim < this.first || claim >= this.first + this.count) return undefined;
    if (this.#locks === undefined) {
      this.#lost.push(claim);
      return true;
    }
    const lock = this.#locks.find((one) => one.claim === claim);
    if (lock?.state === 'waiting') lock.lose();
    return lock?.state !== 'begun';
  }

  #forget(): void {
    calls.get(this.leaseId)?.delete(this.first);
  }
}

/** Told when a lease is lost: whoever reaped it gave its locks back. */
export const forgetBrought = (leaseId: string): void => void calls.delete(leaseId);

/** Whether an equal job may take the lock that came along with this claim: see {@link BroughtLocks.yields}. */
export function doesClaimYield(leaseId: string, claim: number): boolean {
  for (const call of calls.get(leaseId)?.values() ?? []) {
    const answer = call.yields(claim);
    if (answer !== undefined) return answer;
  }
  return true;
}
