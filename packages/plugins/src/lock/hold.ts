import { randomBytes } from 'node:crypto';
import {
  extendLock,
  isMock,
  unlockCommand,
  type Connection,
  type SettlementCommand,
} from '@reskue/core/protocol';
import { beatEvery, beatNoMore } from './beats.js';
import { askForLock, type AskedLock, type LockAnswer, type LockAsker } from './take-lock.js';
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
export class Hold implements LockAsker {
  /** @internal */
  readonly lock: AskedLock;
  readonly #connection: Connection;
  /** The lock's value; empty while it is not known whether it was taken; undefined when it was not. */
  #value: string | undefined;
  /** A call under way. */
  #pending: Promise<unknown> | undefined;
  #hear: ((answer: LockAnswer) => void) | undefined;
  #fail: ((reason: Error) => void) | undefined;
  /** Who is to hear that the lock was lost, while it is renewed. */
  #lost: (() => void) | undefined;
  #isOver = false;
  /** The client is an in-memory one, which has none of our scripts. */
  #isPlain = false;

  constructor({ connection, key, ttlMs, leaseId = '', lapses = false }: HoldTerms) {
    holds += 1;
    this.#connection = connection;
    // Ends in a dot: a release looks for the holder's text, and no holder's may be the beginning of another's.
    const holder = `${leaseId === '' ? 'queue' : leaseId}/${nonce}${holds.toString(36)}.`;
    this.lock = { key, ttlMs, holder, leaseId, lapses };
  }

  /** False when somebody else has it; `fenced` when this process was declared dead and takes nothing any more. */
  take(): Promise<boolean | 'fenced'> {
    return this.takeAnd(asItIs);
  }

  /** The same, and resolves with what `next` makes of it, at once: each job takes a lock, and each promise costs. */
  takeAnd<Result>(next: (taken: boolean | 'fenced') => Result): Promise<Result> {
    this.#value = '';
    this.#isPlain = isMock(this.#connection.client);
    const taking = this.#isPlain ? this.#takePlainly(next) : this.#ask(next);
    this.#pending = taking;
    return taking;
  }

  /** @internal */
  answered(answer: LockAnswer): void {
    this.#pending = undefined;
    this.#value = answer.status === 'taken' ? answer.value : undefined;
    this.#hear?.(answer);
  }

  /** @internal */
  failed(reason: unknown): void {
    this.#pending = undefined;
    // Whatever was thrown.
    this.#fail?.(reason as Error);
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
    return Math.min(this.lock.ttlMs / 3, longestBeatMs);
  }

  #keepNoMore(): void {
    if (this.#lost) beatNoMore(this.#beatMs, this);
    this.#lost = undefined;
  }

  #ask<Result>(next: (taken: boolean | 'fenced') => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#fail = reject;
      this.#hear = ({ status }) => {
        try {
          resolve(next(status === 'fenced' ? status : status === 'taken'));
        } catch (error) {
          this.failed(error);
        }
      };
      askForLock(this.#connection, this);
    });
  }

  #releasing(): SettlementCommand[] {
    if (this.#value === undefined) return [];
    const { key, holder, leaseId } = this.lock;
    const { keys } = this.#connection;
    const owner = keys.lockOwner(key);
    if (leaseId !== '' && this.#value !== '' && !this.#isPlain)
      return [unlockCommand(key, owner, this.#value, holder)];
    const commands: SettlementCommand[] = [
      { command: 'delif', keys: [key, owner], args: [this.#value, ` ${holder}`] },
    ];
    if (leaseId !== '') commands.push({ command: 'srem', keys: [keys.leaseLocks(leaseId)], args: [key] });
    return commands;
  }

  async #takePlainly<Result>(next: (taken: boolean) => Result): Promise<Result> {
    try {
      this.#value = await takePlainly(this.#connection, this.lock);
    } finally {
      this.#pending = undefined;
    }
    return next(this.#value !== undefined);
  }

  async #extend(): Promise<void> {
    const { key, ttlMs, holder, leaseId } = this.lock;
    const { keys } = this.#connection;
    try {
      const { status } = await this.#connection.run(
        extendLock,
        { lock: key, owner: keys.lockOwner(key), leaseLocks: keys.leaseLocks(leaseId) },
        { holder, ttlMs: Math.ceil(ttlMs) },
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
