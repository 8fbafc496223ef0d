import type { Connection } from '@reskue/core';
import { isMock, lead, resign } from '@reskue/core/protocol';
import { Stopwatch } from '../waiting/stopwatch.js';
import { leadsPlainly, resignPlainly } from './plain-leadership.js';

/** With the look of a follower, every 5 s, delayed jobs wait for a leader that was killed for less than 15 s. */
const longestSilenceMs = 9_000;

export interface LeadershipTerms {
  /** What the locks hold. */
  name: string;
  /** Seconds until locks that nobody renews expire. */
  leaderLockTimeout: number;
}

/**
 * Who promotes: the holder of node-resque's leader lock and, with it, of both other dialects' locks, so that no scheduler of
 * theirs works beside us.
 *
 * Following -> `attempt()` takes the locks -> leading -> `confirm()` renews them -> following again when they were lost.
 * Nothing rests on the locks alone: each promotion is one atomic script, and two leaders at once promote nothing twice.
 */
export class Leadership {
  readonly #connection: Connection;
  readonly #terms: LeadershipTerms;
  readonly #sinceConfirmed = new Stopwatch();
  #leading = false;

  constructor(connection: Connection, terms: LeadershipTerms) {
    this.#connection = connection;
    this.#terms = terms;
  }

  get leading(): boolean {
    return this.#leading;
  }

  /** Ms after which the locks should be renewed: a third of the time in which nobody takes us for dead. */
  get renewAfterMs(): number {
    return this.#aliveMs / 3;
  }

  /** Ms without a renewal after which another one takes over, though the locks live longer for our neighbours. */
  get #aliveMs(): number {
    return Math.min(this.#terms.leaderLockTimeout * 1_000, longestSilenceMs);
  }

  /** Tries to lead, or to go on leading. When Redis refuses or is away, we do not lead, and the error is thrown. */
  async attempt(): Promise<boolean> {
    try {
      if (this.#leading && (await this.#renew())) return true;
      await this.#take();
      return await this.#renew();
    } catch (error) {
      this.#leading = false;
      throw error;
    }
  }

  /** Whether we lead still; asks Redis, and renews, unless it was asked within `freshMs` or a third of the locks' life. */
  async confirm(freshMs: number): Promise<boolean> {
    if (!this.#leading) return false;
    if (this.#sinceConfirmed.ms < Math.min(freshMs, this.renewAfterMs)) return true;
    return this.#renew();
  }

  /** Leads no more, whoever holds the locks. */
  forget(): void {
    this.#leading = false;
  }

  /** Gives the locks back, where they are ours. */
  async release(): Promise<void> {
    this.#leading = false;
    if (isMock(this.#connection.client)) return resignPlainly(this.#connection, this.#terms.name);
    await this.#connection.run(resign, this.#connection.keys, { name: this.#terms.name });
  }

  async #take(): Promise<void> {
    const { client, keys } = this.#connection;
    const { name, leaderLockTimeout } = this.#terms;
    try {
      await client.set(keys.leaderLock, name, 'EX', leaderLockTimeout, 'NX');
    } catch (error) {
      // A full Redis takes nothing new; what we have can be renewed, and moving jobs about makes room.
      if (!this.#leading || !String(error).includes('OOM')) throw error;
    }
  }

  async #renew(): Promise<boolean> {
    const asked = new Stopwatch();
    const { name, leaderLockTimeout: seconds } = this.#terms;
    if (isMock(this.#connection.client)) return (this.#leading = await leadsPlainly(this.#connection, name));
    const reply = await this.#connection.run(lead, this.#connection.keys, {
      name,
      seconds,
      aliveMs: this.#aliveMs,
    });
    // Counted from the question: when the answer took long, the locks are as old.
    this.#sinceConfirmed.restart(asked);
    this.#leading = reply.status === 'leading';
    return this.#leading;
  }
}
