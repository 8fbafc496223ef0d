import { claimOf, Plugin, type JobClaim, type SettlementCommand } from '@reskue/core';
import { encodeFailure, goOn, rawMember, tellNeeds, tellsNeeds, type MetNeeds } from '@reskue/core/protocol';
import { nextDelay } from './retry/next-delay.js';
import { NodeLedger, shortMs } from './retry/node-ledger.js';
import type { RetryLedger } from './retry/retry-ledger.js';
import { RememberedJob } from './retry/remembered-job.js';
import { resolveRetryOptions, type ResolvedRetryOptions } from './retry/retry-options.js';
import { retryNeed } from './retry/retry-keys.js';
import { RubyLedger } from './retry/ruby-ledger.js';
import { tell } from './tell.js';

/** The Worker, as node-resque's plugins see it. */
interface RetryHost {
  name: string;
  error?: unknown;
}

/**
 * Has a job that failed tried again, up to `retryLimit` runs in all (for which a scheduler must run); then it fails. The
 * retry and the end of the run are one step in Redis. As in node-resque a run that is followed by another counts as
 * failed, but emits `success`; the event `retry` tells the truth. Options: `RetryOptions`.
 *
 * Run inline a job is not tried again: it throws its error.
 */
export class Retry extends Plugin {
  readonly #options: ResolvedRetryOptions;
  /** When it began, ms of this thread's clock, where its claim told that no run had failed. */
  #freshAt = -Infinity;
  #ledger: RetryLedger | undefined;

  constructor(...given: ConstructorParameters<typeof Plugin>) {
    super(...given);
    this.#options = resolveRetryOptions(this.options, this.queueObject.connection.dialect);
  }

  override beforePerform(): Promise<boolean> {
    try {
      // Now, for the job may change its args.
      const claim = claimOf(this);
      if (claim?.met && this.#isFresh(claim.met)) this.#freshAt = performance.now();
      else if (claim) (this.#ledger = this.#open(claim)).begin();
      return goOn;
    } catch (error) {
      // As of an async function.
      return Promise.reject(error);
    }
  }

  override afterPerform(): Promise<boolean> {
    const claim = claimOf(this);
    if (claim === undefined) return goOn;
    const worker = this.worker as RetryHost;
    return worker.error ? this.#failed(claim, worker, worker.error) : this.#succeeded(claim);
  }

  #succeeded(claim: JobClaim): Promise<boolean> {
    if (performance.now() - this.#freshAt < shortMs) return goOn;
    const ledger = (this.#ledger ??= this.#open(claim));
    const begun = ledger.isBegun();
    return begun === false ? goOn : this.#forget(ledger, begun);
  }

  /** It was looked for by the text of the args; white space that is no space only JavaScript takes out. */
  #isFresh(met: MetNeeds): boolean {
    return met.isFresh && tellsNeeds(this) && met.isOf(this.args) && !/[^\S ]/.test(met.payload);
  }

  async #forget(ledger: RetryLedger, begun: boolean | Promise<boolean>): Promise<boolean> {
    if (await begun) this.#settle(ledger.forgotten());
    return true;
  }

  async #failed(claim: JobClaim, worker: RetryHost, error: unknown): Promise<boolean> {
    // An earlier plugin may have thrown before it was this one's turn.
    const ledger = (this.#ledger ??= this.#open(claim));
    const before = await ledger.failuresBefore(error);
    const remainingAttempts = this.#options.retries - before;
    if (!(remainingAttempts > 0)) {
      this.#settle(ledger.forgotten());
      throw error;
    }
    const delay = await nextDelay(this.#options, before + 1, error);
    this.#settle(ledger.counted(error, delay));
    this.#settle(this.#marks(claim, worker, error));
    this.#sendBack(delay);
    tell(worker, 'reEnqueue', this.queue, this.job, { delay, remainingAttempts, err: error });
    delete worker.error;
    return true;
  }

  #open(claim: JobClaim): RetryLedger {
    const { func, queue, args } = this;
    const { connection } = this.queueObject;
    if (connection.dialect === 'node') {
      return new NodeLedger(connection, new RememberedJob(func, queue, args));
    }
    // As it was written: Ruby tells 1.0 from 1.
    const argsText = rawMember(claim.payload, 'args') ?? '[]';
    return new RubyLedger(connection, { func, queue, args, argsText }, claim, !this.#options.keepFailures);
  }

  #sendBack(delayMs: number): void {
    const isRuby = this.queueObject.connection.dialect === 'ruby';
    // resque-retry needs no scheduler for a job that is tried again at once.
    if (isRuby && delayMs === 0) this.redirect({ kind: 'retried', to: 'back' });
    else this.redirect({ kind: 'retried', dueMs: Date.now() + delayMs });
  }

  /** What else a retry leaves in Redis: the counters that node-resque's users read, and the failure if it is to be kept. */
  #marks(claim: JobClaim, { name }: RetryHost, error: unknown): SettlementCommand[] {
    const { keys, dialect } = this.queueObject.connection;
    const commands: SettlementCommand[] = [];
    if (dialect === 'node') {
      for (const key of [keys.processed, keys.processedBy(name)])
        commands.push({ command: 'incrby', keys: [key], args: [0] });
    }
    if (this.#options.keepFailures) {
      const worker = dialect === 'ruby' ? claim.workerId : name;
      const failure = { worker, queue: this.queue, rawPayload: claim.payload, error, failedAt: Date.now() };
      const args = [encodeFailure(dialect, failure)];
      commands.push({ command: 'rpush', keys: [keys.failed], args });
    }
    return commands;
  }

  #settle(commands: SettlementCommand[]): void {
    for (const { command, keys, args } of commands) this.settleWith(command, keys, args);
  }
}

// A claim tells whether a run of its job failed before.
tellNeeds(Retry, ({ connection, func }) => {
  const retries = connection.dialect === 'node' ? retryNeed(connection, func) : undefined;
  return retries ? { retries } : {};
});
