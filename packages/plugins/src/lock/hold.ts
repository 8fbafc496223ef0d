import { randomBytes } from 'node:crypto';
import { extendLock, isMock, type Connection, type SettlementCommand } from '@reskue/core/protocol';
import { untilAnswered } from '../until-answered.js';
import { takeLock, type LockAnswer } from './take-lock.js';
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
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(readonly terms: HoldTerms) {
    const { leaseId = 'queue' } = terms;
    holds += 1;
    // Ends in a dot: a release looks for the holder's text, and no holder's may be the beginning of another's.
    this.#holder = `${leaseId}/${nonce}${holds.toString(36)}.`;
  }

  /** False when somebody else has it; `fenced` when this process was declared dead and takes nothing any more. */
  take(): Promise<boolean | 'fenced'> {
    this.#value = '';
    const taking = this.#take();
    this.#pending = taking;
    return taking;
  }

  /** Renews the lock three times in its time, until it is released; `lost` is called if somebody else has it then. */
  keep(lost: () => void): void {
    // The run may have ended while the lock was being taken; and in memory nobody runs for an hour.
    if (this.#isOver || isMock(this.terms.connection.client)) return;
    const beatMs = Math.min(this.terms.ttlMs / 3, longestBeatMs);
    this.#timer = setInterval(() => (this.#pending = this.#extend(lost)), beatMs);
    // A lock is no reason to go on living.
    this.#timer.unref();
  }

  /**
   * Ends renewing and gives the commands that release the lock. They do no harm if it is somebody else's meanwhile. Waits
   * for calls under way, so that none takes the lock after its release.
   */
  release(): SettlementCommand[] | Promise<SettlementCommand[]> {
    this.#isOver = true;
    clearInterval(this.#timer);
    const settled = (): SettlementCommand[] => this.#releasing();
    return this.#pending === undefined ? settled() : this.#pending.then(settled, settled);
  }

  #releasing(): SettlementCommand[] {
    if (this.#value === undefined) return [];
    const { connection, key, leaseId } = this.terms;
    const { keys } = connection;
    const commands: SettlementCommand[] = [
      { command: 'delif', keys: [key, keys.lockOwner(key)], args: [this.#value, ` ${this.#holder}`] },
    ];
    if (leaseId !== undefined)
      commands.push({ command: 'srem', keys: [keys.leaseLocks(leaseId)], args: [key] });
    return commands;
  }

  async #take(): Promise<boolean | 'fenced'> {
    try {
      return await this.#ask();
    } finally {
      this.#pending = undefined;
    }
  }

  async #ask(): Promise<boolean | 'fenced'> {
    const { connection, key, ttlMs, leaseId = '', lapses = false } = this.terms;
    if (isMock(connection.client)) {
      this.#value = await takePlainly(connection, { key, ttlMs, holder: this.#holder, lapses });
      return this.#value !== undefined;
    }
    const send = (): Promise<LockAnswer> =>
      takeLock(connection, { key, ttlMs, holder: this.#holder, leaseId, lapses });
    // Without a lease nobody works yet, and whoever enqueues waits for the answer.
    const reply = await (leaseId === '' ? send() : untilAnswered(connection, send));
    this.#value = reply.status === 'taken' ? reply.value : undefined;
    return reply.status === 'fenced' ? 'fenced' : reply.status === 'taken';
  }

  async #extend(lost: () => void): Promise<void> {
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
    clearInterval(this.#timer);
    if (!this.#isOver) lost();
  }
}
