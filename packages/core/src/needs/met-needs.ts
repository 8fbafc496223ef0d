import type { BroughtLock, BroughtLocks } from '../locks/brought-locks.js';
import { claimHolders } from '../locks/holders.js';
import { encodeArgs } from '../payload/encode-job.js';
import type { JobNeeds } from './job-needs.js';

/** Stands for bytes that are no text: in Redis they are what they were. */
const replaced = '\uFFFD';

/** What a claim that was made ahead brought along for the plugins of its job, as its payload told. */
export class MetNeeds implements BroughtLock {
  state: 'waiting' | 'begun' | 'over' = 'waiting';
  #hasLost = false;
  /** Set by the plugin that has the lock: called once when the job runs for a while. */
  whenLong: (() => void) | undefined;
  /** The args that were compared last with the payload's. */
  #args: readonly unknown[] | undefined;
  #isSame = false;

  constructor(
    readonly needs: JobNeeds,
    readonly payload: string,
    /** The claim's number. */
    readonly claim: number,
    /** Where the lock came. It goes with the claim, whether a plugin wanted it or not. */
    readonly brought: BroughtLocks | undefined,
    /** Redis's epoch second when the claim was made. */
    readonly second: number,
    /** No earlier run had failed, as far as the payload's args tell the keys. */
    readonly isFresh: boolean,
  ) {}

  /** Whether these args are the payload's to the letter: by those it was told what to bring. */
  isOf(args: readonly unknown[]): boolean {
    if (args !== this.#args) {
      this.#args = args;
      this.#isSame = this.#equals(args);
    }
    return this.#isSame;
  }

  /** The key of the lock that came. */
  get lockKey(): string {
    return (this.needs.lock?.front ?? '') + this.payload.slice(this.needs.head.length, -1);
  }

  /** Whether it is this lock that came. */
  hasLock(front: string, ttlMs: number): boolean {
    const { lock } = this.needs;
    return this.brought !== undefined && !this.#hasLost && lock?.ttlMs === ttlMs && lock.front === front;
  }

  /** The value of the lock that came: behind the second it names its holder, this claim. */
  get lockValue(): string {
    const seconds = Math.ceil((this.needs.lock?.ttlMs ?? 0) / 1_000) + 1;
    return `${this.second + seconds}${claimHolders(this.brought?.leaseId ?? '')}${this.claim}`;
  }

  lose(): void {
    this.#hasLost = true;
  }

  begin(): void {
    this.state = 'begun';
  }

  /** The job has ended, or goes back unperformed. */
  end(): void {
    if (this.state === 'over') return;
    this.state = 'over';
    // The job's plugins hang on it, and all of the job on these: V8 may keep what was a claim for long.
    this.whenLong = undefined;
    this.brought?.ended();
  }

  #equals(args: readonly unknown[]): boolean {
    const { payload } = this;
    const { length } = this.needs.head;
    const [arg] = args;
    // A text of which nothing is written longer than it is: two brackets, two quotes, and the payload's brace.
    if (args.length === 1 && typeof arg === 'string' && !arg.includes(replaced))
      return payload.length === length + arg.length + 5;
    if (payload.includes(replaced)) return false;
    const text = tryEncode(args);
    return payload.length === length + text.length + 1 && payload.startsWith(text, length);
  }
}

/** Empty where they are no JSON by now: a hook changed them. */
function tryEncode(args: readonly unknown[]): string {
  try {
    return encodeArgs(args);
  } catch {
    return '';
  }
}
