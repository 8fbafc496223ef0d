import {
  ReskueError,
  createPluginRun,
  decodeBytes,
  decodeJob,
  isThenable,
  resolveJob,
  validateArgs,
  type Job,
  type JobClaim,
  type ParsedJob,
  type PluginRun,
  type PluginSettlement,
} from '@reskue/core/protocol';
import type { Claim } from '../engine/slot.js';
import { ClaimInHand } from './claim-in-hand.js';
import { JobContext, runInJob } from './current-job.js';
import type { JobLimits, RunHost } from './run-host.js';
import type { Ending } from './settle-with.js';
import { take, type Step } from './step.js';

/** Who is told how a run goes. */
export interface RunListener {
  readonly limits: JobLimits;
  /** A job that can be performed is about to be, as it is defined. */
  began(run: JobRun, definition: Job): void;
  ended(run: JobRun): void;
  /** Runs the synchronous part of the job's code. */
  during<Result>(run: JobRun, code: () => Result): Result;
}

/** One job on its way through a worker: decoded, performed between its plugins' hooks, and ended exactly once. */
export class JobRun {
  /** The common way. */
  static readonly #plain: Step<JobRun, unknown> = {
    code: (run) => run.#perform(run.job.args as unknown[]),
    next: (run, result) => run.#succeed(result),
    failed: (run, error) => run.#failPlainly(error),
  };

  static readonly #before: Step<JobRun, unknown> = {
    code: (run) => run.#pluginRun?.runAtOnce('beforePerform'),
    next(run, answer) {
      if (run.#isOver || run.#isAbandoned) return;
      if (answer === false) run.#finish({ kind: 'dropped' });
      else take(run, JobRun.#within);
    },
    failed: (run, error) => run.#threw(error),
  };

  static readonly #within: Step<JobRun, unknown> = {
    code: (run) => run.#performValid(),
    next: (run, result) => run.#performed(result),
    failed: (run, error) => run.#threw(error),
  };

  static readonly #after: Step<JobRun, unknown> = {
    code: (run) => run.#pluginRun?.runAtOnce('afterPerform'),
    next: (run) => run.#finish(endingOf(run.host.error)),
    failed(run, error) {
      run.thrown = run.host.error = run.#asThrown(error);
      run.#finish(endingOf(run.host.error));
    },
  };

  readonly job: ParsedJob;
  readonly context: JobContext;
  /** How it ended; set before the host is told. */
  ending: Ending = { kind: 'succeeded' };
  /** What the plugins want of the settlement. */
  plugins: PluginSettlement | undefined;
  result: unknown;
  /** What was thrown, also where a plugin took the failure back. */
  thrown: unknown;
  #pluginRun: PluginRun | undefined;
  /** Its own from `start` on. */
  #definition: Job = unresolved;
  #isOver = false;
  /** Nobody waits for the job's code any more: what it still gives or throws changes nothing. */
  #isAbandoned = false;
  #timedOut: ReskueError | undefined;
  #timer: NodeJS.Timeout | undefined;

  readonly #decoded;

  constructor(
    readonly host: RunHost,
    readonly claim: Claim,
    /** In whose hands the claim is. */
    readonly holder: Omit<JobClaim, 'payload'>,
    readonly listener: RunListener,
  ) {
    this.#decoded = claim.bytes
      ? decodeBytes(claim.bytes, claim.queue)
      : decodeJob(claim.payload, claim.queue);
    this.job = this.#decoded.ok ? this.#decoded.job : { class: '', queue: claim.queue, args: [] };
    this.context = new JobContext(this.job, claim.queue, host.name, Date.now(), (error) => this.fail(error));
  }

  /** Starts; the host is told of the end, maybe before this returns. Never throws. */
  start(): void {
    const resolved = this.#decoded.ok ? resolveJob(this.host.jobs, this.job.class) : this.#decoded;
    if (!resolved.ok) {
      const error =
        'error' in resolved ? resolved.error : new ReskueError('RESKUE_PAYLOAD_INVALID', resolved.reason);
      this.#end({ kind: 'failed', error });
      return;
    }
    const { job } = resolved;
    this.#definition = job;
    this.host.error = null;
    this.listener.began(this, job);
    for (const arg of this.job.args as unknown[])
      if (typeof arg === 'object' && arg !== null) Object.freeze(arg);
    if (job.plugins && job.plugins.length > 0) {
      const claim = new ClaimInHand(this.claim, this.holder);
      const args = this.job.args as unknown[];
      this.#pluginRun = createPluginRun(this.host, this.job.class, this.claim.queue, job, args, claim);
    }
    this.#limit(job.timeout ?? this.listener.limits.timeoutMs);
    take(this, this.#pluginRun || job.args ? JobRun.#before : JobRun.#plain);
  }

  /** Ends the run from outside, whatever its code still does: the job goes back unspent. */
  requeue(reason: Error): void {
    this.context.abort(reason);
    if (this.#isOver || this.#isAbandoned) return;
    this.#isAbandoned = true;
    this.#finish({ kind: 'requeued' });
  }

  /** Ends the run from outside as failed; its plugins have their say, as after any failure. */
  fail(error: ReskueError): void {
    this.context.abort(error);
    if (this.#isOver || this.#isAbandoned) return;
    this.#isAbandoned = true;
    this.thrown = this.host.error = error;
    take(this, JobRun.#after);
  }

  #limit(timeoutMs: number): void {
    if (!(timeoutMs > 0)) return;
    this.#timer = setTimeout(() => {
      const error = new ReskueError(
        'RESKUE_JOB_TIMEOUT',
        `The job ran longer than its timeout of ${timeoutMs} ms`,
      );
      this.#timedOut = error;
      this.context.abort(error);
      this.#timer = setTimeout(() => this.fail(error), this.listener.limits.graceMs);
    }, timeoutMs);
  }

  #perform(args: readonly unknown[]): unknown {
    const code = (): unknown => this.#definition.perform.apply(this.host, [...args]) as unknown;
    return this.listener.during(this, () => runInJob(this.context, code));
  }

  #failPlainly(error: unknown): void {
    if (!this.#isAbandoned) this.#end({ kind: 'failed', error: this.#asThrown(error) });
  }

  #succeed(result: unknown): void {
    if (this.#isOver || this.#isAbandoned) return;
    this.result = result;
    this.host.result = result;
    this.#end({ kind: 'succeeded' });
  }

  #performed(result: unknown): void {
    if (this.#isAbandoned) return;
    this.result = this.host.result = result;
    take(this, JobRun.#after);
  }

  #performValid(): unknown {
    const given = this.job.args as unknown[];
    if (this.#definition.args === undefined) return this.#performAround(given);
    const valid = validateArgs(this.#definition, this.job.class, given);
    return valid.then((args) => (this.#isAbandoned ? undefined : this.#performAround(args)));
  }

  #performAround(args: readonly unknown[]): unknown {
    return this.#pluginRun ? this.#pluginRun.around(() => this.#perform(args)) : this.#perform(args);
  }

  #threw(error: unknown): void {
    if (this.#isAbandoned) return;
    this.thrown = this.host.error = this.#asThrown(error);
    take(this, JobRun.#after);
  }

  /** A job may throw anything, also nothing; and whatever it throws once its time is up, the time was the reason. */
  #asThrown(error: unknown): unknown {
    if (this.#timedOut) return this.#timedOut;
    return error ? error : threwNothing(error);
  }

  /** Lets the plugins say what is to be settled along; then it is over. */
  #finish(ending: Ending): void {
    const plugins = this.#pluginRun;
    if (!plugins) {
      this.#end(ending);
      return;
    }
    const outcome = outcomes[ending.kind];
    const settlement = plugins.settle(
      ending.kind === 'failed'
        ? { phase: 'perform', outcome, error: ending.error }
        : { phase: 'perform', outcome },
    );
    // It never rejects.
    if (isThenable(settlement)) void settlement.then((late) => this.#endWith(late, ending));
    else this.#endWith(settlement, ending);
  }

  #endWith(settlement: PluginSettlement, ending: Ending): void {
    this.plugins = settlement;
    this.#end(ending);
  }

  #end(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.ending = ending;
    if (ending.kind === 'failed') {
      this.thrown = ending.error;
      this.host.error = ending.error;
    }
    this.listener.ended(this);
  }
}

const unresolved: Job = { perform: () => undefined };

/** A plugin that deletes the error turns a failure into a success. */
const endingOf = (error: unknown): Ending =>
  error === undefined || error === null ? { kind: 'succeeded' } : { kind: 'failed', error };

/** What plugins are told of an ending. */
const outcomes = { succeeded: 'done', failed: 'failed', dropped: 'refused', requeued: 'requeued' } as const;

const threwNothing = (error: unknown): ReskueError =>
  new ReskueError(
    'RESKUE_JOB_THREW_NOTHING',
    `The job threw ${error === '' ? 'an empty text' : String(error)}`,
  );
