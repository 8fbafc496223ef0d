import { setTimeout as delay } from 'node:timers/promises';
import type { Leadership } from './leader/leadership.js';
import type { Promoter } from './promotion/promoter.js';
import { asError, type Emit } from './scheduler-events.js';
import type { Ticker } from './schedules/ticker.js';
import type { LeaseWatch } from './stuck/lease-watch.js';
import type { StuckWorkers } from './stuck/stuck-workers.js';
import { Stopwatch } from './waiting/stopwatch.js';

/** Jobs that are due within so short a time are promoted together. */
const soonestMs = 5;
/** A poll by hand waits for what is due within so short a time. */
const almostDueMs = 50;
/** After an error, schedules rest for so long. */
const tickAgainMs = 1_000;
/** In a long promotion, we ask so often whether we lead still. */
const confirmEveryMs = 1_000;

/** What a round consists of. */
export interface RoundParts {
  leadership: Leadership;
  promoter: Promoter;
  ticker: Ticker;
  leases: LeaseWatch;
  stuck: StuckWorkers;
  emit: Emit;
  /** Ms between two polls. */
  timeout: number;
}

/** Something to do again after a while. */
class Chore {
  readonly #since = new Stopwatch();
  #afterMs = 0;

  get restMs(): number {
    return Math.max(0, this.#afterMs - this.#since.ms);
  }

  again(afterMs: number): void {
    this.#afterMs = afterMs;
    this.#since.restart();
  }
}

/**
 * One turn of a scheduler: lead, bring what recurs, promote what is due, look after the dead. What is not due yet is left for a later turn, so
 * that an idle scheduler sends about one command a second.
 */
export class Round {
  readonly #parts: RoundParts;
  readonly #lead = new Chore();
  readonly #poll = new Chore();
  readonly #tick = new Chore();
  readonly #look = new Chore();
  readonly #check = new Chore();

  constructor(parts: RoundParts) {
    this.#parts = parts;
  }

  /** Asked before each batch of a long promotion: it keeps the lead, the leases and the schedules meanwhile; false when we lead no more. */
  async mayGoOn(): Promise<boolean> {
    const { leadership } = this.#parts;
    if (!(await leadership.confirm(confirmEveryMs))) return false;
    if (this.#tickRestMs === 0) await this.#fireTicks(false);
    if (this.#look.restMs > 0) return true;
    try {
      await this.#lookAtLeases();
    } catch (error) {
      // The look is no part of the promotion that asks here.
      this.#parts.emit('error', asError(error));
    }
    return true;
  }

  /** Does what is due, or everything; ms until it should be run again. `woken`: something may be due earlier than known. */
  async run(what: { everything: boolean; woken?: boolean }): Promise<number> {
    const { leadership } = this.#parts;
    // A hook of a due job may take longer than the locks live; a renewal that fails shows at the next batch.
    const keeper = setInterval(() => void leadership.confirm(0).catch(() => {}), leadership.renewAfterMs);
    try {
      return await this.#run(what);
    } finally {
      clearInterval(keeper);
    }
  }

  async #run({ everything, woken = false }: { everything: boolean; woken?: boolean }): Promise<number> {
    const { leadership, promoter, ticker, stuck, emit, timeout } = this.#parts;
    if (everything) promoter.forget();
    if (everything || this.#lead.restMs === 0 || !(await leadership.confirm(timeout))) {
      const led = leadership.leading;
      this.#lead.again(Math.min(timeout, leadership.renewAfterMs));
      if (!(await leadership.attempt())) return timeout;
      if (!led) {
        ticker.forget();
        emit('leader');
      }
    }
    const isPolling = everything || woken || this.#poll.restMs === 0;
    if (isPolling || this.#tickRestMs === 0) await this.#fireTicks(everything || woken);
    if (isPolling) {
      emit('poll');
      this.#poll.again(timeout);
      let nextInMs = await promoter.drain();
      // Who polls by hand right after `enqueueIn(1, ...)` means that job, too.
      if (everything && nextInMs !== null && nextInMs <= almostDueMs) {
        await delay(Math.ceil(nextInMs) + 1);
        nextInMs = await promoter.drain();
      }
      if (!leadership.leading) return timeout;
      if (nextInMs !== null) this.#poll.again(Math.min(timeout, Math.max(nextInMs, soonestMs)));
    }
    if (everything || this.#look.restMs === 0) await this.#lookAtLeases();
    if (everything || this.#check.restMs === 0) {
      this.#check.again(Math.max(stuck.checkEveryMs, timeout));
      await stuck.check();
    }
    return Math.min(
      this.#lead.restMs,
      this.#poll.restMs,
      this.#tickRestMs,
      this.#look.restMs,
      this.#check.restMs,
    );
  }

  get #tickRestMs(): number {
    return Math.max(this.#tick.restMs, this.#parts.ticker.restMs);
  }

  /** What is wrong with schedules holds up nothing else. */
  async #fireTicks(woken: boolean): Promise<void> {
    const { ticker, emit, timeout } = this.#parts;
    try {
      await ticker.run({ woken });
    } catch (error) {
      this.#tick.again(Math.min(timeout, tickAgainMs));
      emit('error', asError(error));
    }
  }

  async #lookAtLeases(): Promise<void> {
    this.#look.again(this.#parts.timeout);
    this.#look.again(await this.#parts.leases.look());
  }
}
