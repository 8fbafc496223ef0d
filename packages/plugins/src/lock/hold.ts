import { randomBytes } from 'node:crypto';
import {
  extendLock,
  isMock,
  unlockCommand,
  type Connection,
  type SettlementCommand,
} from '@reskue/core/protocol';
import { beatEvery, beatNoMore } from './beats.js';
import { askForLock, type LockAnswer } from './take-lock.js';
import { takePlainly } from './take-plainly.js';

/** Which lock is wanted, and on which terms. */
export interface HoldTerms {
  connection: Connection;
  /** The lock's full key. */
  key: string;
  ttlMs: number;
  /** The lease of this process, where there is one: whoever reaps it frees the lock. */
  leaseId?: string | undefined;
  /** Whether a lock whose value is a past time may be taken, as node-resque's QueueLock does. */
  lapses?: boolean;
}

/** Of this process; a random number for each hold would cost more than the rest of it. */
const nonce = `${randomBytes(8).toString('hex')}-`;
let holds = 0;

/** Not less often than every 10 minutes. */
const longestBeatMs = 600_000;

const asItIs = <Taken>(taken: Taken): Taken => taken;

/**
 * One holder's grip on one lock: new, then taken or refused, then over. Whatever another holder or a neighbour has taken
 * meanwhile is never touched.
 */
export class Hold {
  readonly #holder: string;
  /** The lock's value; empty while it is not known whether it was taken; undefined when it was not. */
  #value: string | undefined;
  /** A call under way. */
  #pending: Promise<unknown> | undefined;
  /** Who is to hear that the lock was lost, while it is renewed. */
  #lost: (() => void) | undefined;
  #isOver = false;
  /** The client is an in-memory one, which has none of our scripts. */
  #isPlain = false;

  constructor(readonly terms: HoldTerms) {
    const { leaseId = 'queue' } = terms;
    holds += 1;
    // Ends in a dot: a release looks for the holder's text, and no holder's may be the beginning of another's.
    this.#holder = `${leaseId}/${nonce}${holds.toString(36)}.`;
  }

  /** False when somebody else has it; `fenced` when this process was declared dead and takes nothing any more. */
  take(): Promise<boolean | 'fenced'> {
    return this.takeAnd(asItIs);
  }

  /** The same, and resolves with what `next` makes of it, at once: each job takes a lock, and each promise costs. */
  takeAnd<Result>(next: (taken: boolean | 'fenced') => Result): Promise<Result> {
    this.#value = '';
    const { connection, key, ttlMs, leaseId = '', lapses = false } = this.terms;
    const holder = this.#holder;
    this.#isPlain = isMock(connection.client);
    const taking = this.#isPlain
      ? this.#takePlainly(next)
      : new Promise<Result>((resolve, reject) => {
          askForLock(connection, {
            lock: { key, ttlMs, holder, leaseId, lapses },
            resolve: (answer) => {
              try {
                resolve(next(this.#answered(answer)));
              } catch (error) {
                reject(error);
              }
            },
            reject: (reason) => {
              this.#pending = undefined;
              reject(reason);
            },
          });
        });
    this.#pending = taking;
    return taking;
  }

  /** Renews the lock three times in its time, until it is released; `lost` is called if somebody else has it then. */
  keep(lost: () => void): void {
    // The run may have ended while the lock was being taken; and in memory nobody runs for an hour.
    if (this.#isOver || this.#isPlain) return;
    this.#lost = lost;
    beatEvery(this.#beatMs, this);
  }

  /** @internal Once more the lock's full time. */
  beat(): void {
    this.#pending = this.#extend();
  }

  /**
   * Ends renewing and gives the commands that release the lock. They do no harm if it is somebody else's meanwhile. Waits
   * for calls under way, so that none takes the lock after its release.
   */
  release(): SettlementCommand[] | Promise<SettlementCommand[]> {
    this.#isOver = true;
    this.#keepNoMore();
    const settled = (): SettlementCommand[] => this.#releasing();
    return this.#pending === undefined ? this.#releasing() : this.#pending.then(settled, settled);
  }

  get #beatMs(): number {
    return Math.min(this.terms.ttlMs / 3, longestBeatMs);
  }

  #keepNoMore(): void {
    if (this.#lost) beatNoMore(this.#beatMs, this);
    this.#lost = undefined;
  }

  #answered(answer: LockAnswer): boolean | 'fenced' {
    this.#pending = undefined;
    this.#value = answer.status === 'taken' ? answer.value : undefined;
    return answer.status === 'fenced' ? 'fenced' : answer.status === 'taken';
  }

  #releasing(): SettlementCommand[] {
    if (this.#value === undefined) return [];
    const { connection, key, leaseId } = this.terms;
    const { keys } = connection;
    const owner = keys.lockOwner(key);
    if (leaseId !== undefined && this.#value !== '' && !this.#isPlain)
      return [unlockCommand(key, owner, this.#value, this.#holder)];
    const commands: SettlementCommand[] = [
      { command: 'delif', keys: [key, owner], args: [this.#value, ` ${this.#holder}`] },
    ];
    if (leaseId !== undefined)
      commands.push({ command: 'srem', keys: [keys.leaseLocks(leaseId)], args: [key] });
    return commands;
  }

  async #takePlainly<Result>(next: (taken: boolean) => Result): Promise<Result> {
    const { connection, key, ttlMs, lapses = false } = this.terms;
    try {
      this.#value = await takePlainly(connection, { key, ttlMs, holder: this.#holder, lapses });
    } finally {
      this.#pending = undefined;
    }
    return next(this.#value !== undefined);
  }

  async #extend(): Promise<void> {
    const { connection, key, ttlMs, leaseId = '' } = this.terms;
    const { keys } = connection;
    try {
      const { status } = await connection.run(
        extendLock,
        { lock: key, owner: keys.lockOwner(key), leaseLocks: keys.leaseLocks(leaseId) },
        { holder: this.#holder, ttlMs: Math.ceil(ttlMs) },
      );
      if (status === 'extended') return;
    } catch {
      // The connection tells of its trouble, and the next beat tries again.
      return;
    } finally {
      this.#pending = undefined;
    }
    const lost = this.#lost;
    this.#keepNoMore();
    if (!this.#isOver) lost?.();
  }
}
