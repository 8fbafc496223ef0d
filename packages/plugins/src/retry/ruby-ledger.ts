import type { Connection, JobClaim, SettlementCommand } from '@reskue/core';
import { encodeFailure, localFailedAt } from '@reskue/core/protocol';
import { untilAnswered } from '../until-answered.js';
import { rubyKeys, type RetryKeys } from './retry-keys.js';
import { countUp, failuresIn, type RetriedJob, type RetryLedger } from './retry-ledger.js';

/**
 * The book as resque-retry keeps it: a counter without an expiry, and beside it the last failure, as its failure backend
 * leaves it (`describes`; with Resque's own backend there is none).
 */
export class RubyLedger implements RetryLedger {
  readonly #keys: RetryKeys;

  constructor(
    readonly connection: Connection,
    readonly job: RetriedJob,
    readonly claim: JobClaim,
    readonly describes: boolean,
  ) {
    this.#keys = rubyKeys(connection, job.func, job.argsText);
  }

  async failuresBefore(): Promise<number> {
    const { client } = this.connection;
    return failuresIn(await untilAnswered(this.connection, () => client.get(this.#keys.counter)));
  }

  counted(error: unknown, delayMs: number): SettlementCommand[] {
    const commands = countUp(this.#keys.counter);
    // Of a job that is tried again at once, resque-retry leaves none either.
    if (!this.describes || delayMs === 0) return commands;
    const seconds = Math.ceil(delayMs / 1_000) * 2;
    const failure = this.#lastFailure(error);
    return [...commands, { command: 'setex', keys: [this.#keys.failure], args: [seconds, failure] }];
  }

  begin(): void {
    // Nothing is asked: forgetting is cheaper.
  }

  isBegun(): boolean {
    return true;
  }

  forgotten(): SettlementCommand[] {
    return [{ command: 'del', keys: [this.#keys.counter, this.#keys.failure], args: [] }];
  }

  #lastFailure(error: unknown): string {
    const { payload, workerId } = this.claim;
    const failedAt = Date.now();
    const { queue } = this.job;
    const failure = encodeFailure('ruby', { worker: workerId, queue, rawPayload: payload, error, failedAt });
    // Here resque-retry leaves out the time zone.
    return failure.replace(/(?<=^\{"failed_at":")[^"]*/, () => localFailedAt(failedAt));
  }
}
