import type { Connection, SettlementCommand } from '@reskue/core';
import { describeThrown, localFailedAt } from '@reskue/core/protocol';
import { untilAnswered } from '../until-answered.js';
import { anyExist, askWhetherAny, type Question } from './any-exist.js';
import { ownKeys, plainKeys, signOf, type RetryKeys } from './retry-keys.js';
import { countUp, failuresIn, type RetriedJob, type RetryLedger } from './retry-ledger.js';

/** Beyond the delay, for a job that has to wait in its queue: half a day. */
const slackSeconds = 43_200;
/** So long, at least, a class is known to have had jobs with keys of their own: 30 days. */
const signSeconds = 2_592_000;
/** For how long the plain keys are reserved; the settlement follows at once. */
const reservedMs = 60_000;
/** Until so long after a run began, its end is as good as its beginning. */
export const shortMs = 1_000;

/**
 * The book as node-resque keeps it: a counter, and the last error beside it, which tells by its args whose counter it is.
 * Of jobs that would share their keys, the first that fails has them, and the others have keys of their own.
 */
export class NodeLedger implements RetryLedger, Question {
  readonly #plain: RetryKeys;
  #ownKeys: RetryKeys | undefined;
  #used: RetryKeys | undefined;
  #beganAt = -Infinity;
  /** What `begin` learnt. */
  #begun: boolean | undefined;
  #tell: ((begun: boolean) => void) | undefined;

  constructor(
    readonly connection: Connection,
    readonly job: RetriedJob,
  ) {
    this.#plain = plainKeys(connection, job.func, job.args);
  }

  /** Made for the few jobs that need to know: they cost a hash. */
  get #own(): RetryKeys {
    return (this.#ownKeys ??= ownKeys(this.#plain, this.job.argsText));
  }

  async failuresBefore(error: unknown): Promise<number> {
    const { client } = this.connection;
    const [plain, failure, own] = await untilAnswered(this.connection, () =>
      client.mget(this.#plain.counter, this.#plain.failure, this.#own.counter),
    );
    const isOwn = own != null || !(await this.#hasPlain(failure ?? null, plain ?? null, error));
    this.#used = isOwn ? this.#own : this.#plain;
    return failuresIn(isOwn ? own : plain);
  }

  counted(error: unknown, delayMs: number): SettlementCommand[] {
    const { counter, failure } = this.#used ?? this.#plain;
    const seconds = Math.ceil(delayMs / 1_000) + slackSeconds;
    return [
      // As long as there may be keys like these, jobs of the class look for their own ones.
      ...(this.#used === this.#own
        ? [{ command: 'set', keys: [this.sign], args: [1, 'EX', Math.max(seconds, signSeconds)] }]
        : []),
      ...countUp(counter),
      { command: 'expire', keys: [counter], args: [seconds] },
      { command: 'setex', keys: [failure], args: [seconds, this.#lastError(error)] },
    ];
  }

  begin(): void {
    this.#beganAt = performance.now();
    askWhetherAny(this.connection, this, true);
  }

  isBegun(): boolean | Promise<boolean> {
    // What was so when a short run began is so at its end: an equal job that failed meanwhile did so beside it, not before.
    if (performance.now() - this.#beganAt < shortMs)
      return this.#begun ?? new Promise((resolve) => (this.#tell = resolve));
    return anyExist(this.connection, this).catch(() => true);
  }

  /** @internal Where there may be something to forget. */
  get keys(): string[] {
    // A process that died may have reserved the plain keys by their last error, and counted nothing yet.
    const { counter, failure } = this.#plain;
    return [counter, failure];
  }

  /** @internal */
  get allKeys(): string[] {
    return [...this.keys, this.#own.counter];
  }

  /** @internal Is there while jobs of this class may have keys of their own. */
  get sign(): string {
    return signOf(this.connection, this.job.func);
  }

  /** @internal */
  answered(begun: boolean): void {
    this.#begun = begun;
    this.#tell?.(begun);
  }

  /** @internal Forgetting what is not there does no harm. */
  failed(): void {
    this.answered(true);
  }

  forgotten(): SettlementCommand[] {
    return [
      // Not those of a job that has the same plain keys.
      {
        command: 'delif',
        keys: [this.#plain.counter, this.#plain.failure],
        args: ['', this.#payloadPart],
      },
      { command: 'del', keys: [this.#own.counter, this.#own.failure], args: [] },
    ];
  }

  /** Whether the plain keys are this job's; if nobody has them, it takes them. */
  async #hasPlain(failure: string | null, counter: string | null, error: unknown): Promise<boolean> {
    if (failure !== null) return this.#isOurs(failure);
    // A counter whose last error is gone tells no owner.
    if (counter !== null) return true;
    const { client } = this.connection;
    const text = this.#lastError(error);
    const { failure: key } = this.#plain;
    const reserved = await untilAnswered(this.connection, () =>
      client.set(key, text, 'PX', reservedMs, 'NX'),
    );
    if (reserved !== null) return true;
    return this.#isOurs((await untilAnswered(this.connection, () => client.get(key))) ?? text);
  }

  #isOurs(failure: string): boolean {
    return failure.includes(this.#payloadPart);
  }

  /** In no other place of a last error can this text stand: within strings, quotes are escaped. */
  get #payloadPart(): string {
    return `"payload":${this.job.argsText},"exception":`;
  }

  #lastError(error: unknown): string {
    const { exception, error: message, backtrace } = describeThrown(error);
    // What String(error) gives, of an Error with a stack as of anything else.
    const text = backtrace === null ? message : message === '' ? exception : `${exception}: ${message}`;
    const lines = backtrace === null ? [] : [...text.split('\n'), ...backtrace];
    const failedAt = JSON.stringify(localFailedAt(Date.now()));
    const rest = JSON.stringify({
      exception: text,
      error: text,
      backtrace: lines,
      worker: this.job.func,
      queue: this.job.queue,
    });
    return `{"failed_at":${failedAt},"payload":${this.job.argsText},${rest.slice(1)}`;
  }
}
