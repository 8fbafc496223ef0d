import { AsyncResource } from 'node:async_hooks';
import {
  doesYield,
  ends,
  extendLock,
  holdersOf,
  isMock,
  Later,
  newHolders,
  unlockCommand,
  type Connection,
  type SettlementCommand,
} from '@reskue/core/protocol';
import { beatEvery, beatNoMore, type Beating } from './beats.js';
import { askForLock, type LockAnswer, type LockAsker } from './take-lock.js';
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

/** Not less often than every 10 minutes. */
const longestBeatMs = 600_000;

const asItIs = <Taken>(taken: Taken): Taken => taken;

/**
 * One holder's grip on one lock: new, then taken or refused, then over. Whatever another holder or a neighbour has taken
 * meanwhile is never touched.
 */
export class Hold implements LockAsker, Beating {
  readonly key: string;
  readonly ttlMs: number;
  readonly leaseId: string;
  readonly lapses: boolean;
  /** @internal */
  over = '';
  /** @internal */
  number = 0;
  /** @internal */
  before: Beating | undefined;
  /** @internal */
  after: Beating | undefined;
  readonly #connection: Connection;
  /** The lock's value; empty while it is not known whether it was taken; undefined when it was not. */
  #value: string | undefined;
  /** A call under way. */
  #pending: Promise<unknown> | undefined;
  /** What whoever waits for the lock makes of it. */
  #next: ((taken: boolean | 'fenced') => unknown) | undefined;
  #taking: Later<unknown> | undefined;
  /** Where it asked: there it goes on, not where the locks of others were asked for along with its own. */
  #scope: AsyncResource | undefined;
  /** Who is to hear that the lock was lost, while it is renewed. */
  #lost: (() => void) | undefined;
  #isOver = false;
  #hasCome = false;
  /** The client is an in-memory one, which has none of our scripts. */
  #isPlain = false;

  constructor({ connection, key, ttlMs, leaseId = '', lapses = false }: HoldTerms) {
    this.#connection = connection;
    this.key = key;
    this.ttlMs = ttlMs;
    this.leaseId = leaseId;
    this.lapses = lapses;
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

  /** The lock came along with the claim of its job, with which it goes, too; it has no expiry until now. */
  came(value: string): void {
    this.#value = value;
    this.#hasCome = true;
    this.beat();
  }

  /** @internal */
  answered(answer: LockAnswer): void {
    if (answer.status === 'held' && this.leaseId !== '' && doesYield(answer.value, this.leaseId)) {
      // Its job has ended here, and whoever listens was told so: the next one need not wait for the settlement. Or it is one that
      // was claimed later, and has not begun.
      this.over = answer.value;
      askForLock(this.#connection, this);
      return;
    }
    this.#pending = undefined;
    this.#value = answer.status === 'taken' ? answer.value : undefined;
    if (this.#value === undefined || this.#isOver) ends(this.number);
    const { status } = answer;
    this.#scope?.runInAsyncScope(this.#goOn, this, status === 'fenced' ? status : status === 'taken');
  }

  #goOn(taken: boolean | 'fenced'): void {
    let result: unknown;
    try {
      result = this.#next?.(taken);
    } catch (error) {
      this.failed(error);
      return;
    }
    this.#taking?.resolve(result);
  }

  /** @internal */
  failed(reason: unknown): void {
    this.#pending = undefined;
    if (this.#isOver) ends(this.number);
    this.#scope?.runInAsyncScope(() => this.#taking?.reject(reason));
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
    ends(this.number);
    this.#keepNoMore();
    const settled = (): SettlementCommand[] => this.#releasing();
    return this.#pending === undefined ? this.#releasing() : this.#pending.then(settled, settled);
  }

  get #beatMs(): number {
    return Math.min(this.ttlMs / 3, longestBeatMs);
  }

  #keepNoMore(): void {
    if (this.#lost) beatNoMore(this.#beatMs, this);
    this.#lost = undefined;
  }

  #ask<Result>(next: (taken: boolean | 'fenced') => Result): Promise<Result> {
    const taking = new Later<Result>();
    this.#scope = new AsyncResource('reskue:lock');
    this.#next = next;
    // It is resolved with what `next` gives.
    this.#taking = taking;
    askForLock(this.#connection, this);
    return taking;
  }

  #releasing(): SettlementCommand[] {
    if (this.#value === undefined || this.#hasCome) return [];
    const { key, leaseId } = this;
    if (leaseId !== '' && this.#value !== '' && !this.#isPlain) return [unlockCommand(this.number)];
    // Where it is not known whether it was taken, the holder's text is enough.
    const text = this.#value || `.${holdersOf(leaseId)}${this.number}`;
    const commands: SettlementCommand[] = [{ command: 'delif', keys: [key], args: [text] }];
    if (leaseId !== '') {
      const { keys } = this.#connection;
      commands.push({ command: 'hdel', keys: [keys.leaseLocks(leaseId)], args: [this.number] });
    }
    return commands;
  }

  async #takePlainly<Result>(next: (taken: boolean) => Result): Promise<Result> {
    try {
      this.number = newHolders(1);
      const holder = `${holdersOf(this.leaseId)}${this.number}`;
      this.#value = await takePlainly(this.#connection, this, holder);
    } finally {
      this.#pending = undefined;
    }
    return next(this.#value !== undefined);
  }

  async #extend(): Promise<void> {
    const { key, ttlMs, leaseId } = this;
    const { keys } = this.#connection;
    try {
      const { status } = await this.#connection.run(
        extendLock,
        { lock: key, leaseLocks: keys.leaseLocks(leaseId) },
        { value: this.#value ?? '', ttlMs: Math.ceil(ttlMs) },
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
