import {
  decodeJob,
  describeThrown,
  givesBack,
  ReskueError,
  type Connection,
  type ParsedJob,
} from '@reskue/core/protocol';
import type { Lane } from '../engine/lane.js';
import type { Claim, Settlement, Slot } from '../engine/slot.js';
import type { WorkerEvents } from '../worker-events.js';
import { JobRun, type RunListener } from './job-run.js';
import type { JobLimits, RunHost } from './run-host.js';
import { outcomeOf } from './settle-with.js';

/** The Worker as its desk sees it. */
export interface DeskOwner extends RunHost {
  readonly connection: Connection;
  readonly options: { limits: JobLimits };
  working: boolean;
  job: ParsedJob | null;
  /** Emits an event; what a listener throws must not come back. */
  tell<Name extends keyof WorkerEvents>(event: Name, ...given: WorkerEvents[Name]): void;
  report(error: Error, queue?: string, job?: ParsedJob): void;
}

/** Milliseconds after which a settlement is tried again that Redis refused twice. */
const refusedPauseMs = 1_000;

/** What happens to a job between its claim and its settlement, and what the world hears of it. */
export class JobDesk {
  #run: JobRun | undefined;
  #refusals = 0;
  #refusedTimer: NodeJS.Timeout | undefined;

  /** One for all runs: they come by the hundred thousand. */
  readonly #listener: RunListener;

  constructor(
    readonly owner: DeskOwner,
    readonly slot: Slot,
    readonly lane: () => Lane | undefined,
  ) {
    this.#listener = {
      limits: owner.options.limits,
      began: ({ job, claim }, definition) => {
        owner.job = job;
        this.lane()?.ahead.book.learn(owner.connection, definition, job.class, claim.queue);
        owner.tell('job', claim.queue, job);
      },
      ended: (run) => this.#ended(run),
      during: (run, code) => {
        const engine = this.lane()?.engine;
        return engine ? engine.during(run.claim.number, code) : code();
      },
    };
  }

  /** Puts a claimed job on the desk, without starting it. */
  take(claim: Claim): JobRun {
    this.owner.working = true;
    this.#refusals = 0;
    const holder = {
      leaseId: this.lane()?.engine.leaseId ?? '',
      workerId: this.slot.identity.workerId,
    };
    this.#run = new JobRun(this.owner, claim, holder, this.#listener);
    return this.#run;
  }

  /** Stops waiting for the job in hand after so many ms: it goes back to the front of its queue, unspent. */
  giveUp(waitedMs: number): void {
    const message = `The worker ends and has waited ${waitedMs} ms for this job`;
    this.#run?.requeue(new ReskueError('RESKUE_JOB_ABORTED', message));
  }

  /** Whatever the job in hand still does, it counts for nothing. */
  leaseLost(leaseId: string): void {
    const reason = new ReskueError(
      'RESKUE_LEASE_LOST',
      `The lease ${leaseId} was lost, and this job with it`,
    );
    this.#run?.context.abort(reason);
    this.owner.tell('leaseLost', leaseId);
  }

  /** A job that was claimed ahead, and whose end was told, had been taken away before that was settled. */
  lostAfterwards({ payload, queue }: Claim): void {
    const decoded = decodeJob(payload, queue);
    if (decoded.ok) this.owner.tell('claimLost', queue, decoded.job);
  }

  settled(settlement: Settlement): void {
    const run = this.#run;
    if (settlement.status === 'refused') {
      this.#refused(settlement.reason);
      return;
    }
    this.#run = undefined;
    this.owner.working = false;
    this.owner.job = null;
    if (!run) return;
    for (const error of run.plugins?.errors ?? [])
      this.owner.report(asError(error), run.claim.queue, run.job);
    if (settlement.status === 'lost') this.owner.tell('claimLost', run.claim.queue, run.job);
    else this.#announce(run);
  }

  #ended(run: JobRun): void {
    this.slot.outcome = outcomeOf(
      this.owner.connection,
      this.slot.identity,
      run.claim,
      run.ending,
      run.plugins,
    );
    this.lane()?.end(this.slot);
  }

  #announce(run: JobRun): void {
    const { queue } = run.claim;
    const duration = Date.now() - run.context.startedAt;
    const redirection = run.plugins?.redirection;
    if (redirection?.kind === 'retried') {
      const dueMs = 'dueMs' in redirection ? redirection.dueMs : Date.now();
      this.owner.tell('retry', queue, run.job, asError(run.thrown), dueMs);
    }
    if (run.ending.kind === 'succeeded') this.owner.tell('success', queue, run.job, run.result, duration);
    // Listeners get what was thrown, an Error or not, as in node-resque.
    if (run.ending.kind === 'failed')
      this.owner.tell('failure', queue, run.job, run.ending.error as Error, duration);
  }

  /**
   * Redis would not take a part of the settlement: the job fails with that reason, and without its plugins' commands, but
   * for those that give back what they hold, which are never refused.
   */
  #refused(reason: string): void {
    const run = this.#run;
    if (!run) return;
    this.#refusals += 1;
    const error = new ReskueError('RESKUE_SETTLEMENT_REFUSED', `Redis refused to settle the job: ${reason}`);
    this.owner.report(error, run.claim.queue, run.job);
    const again = (): void => {
      run.ending = { kind: 'failed', error };
      const commands = run.plugins?.commands.filter(givesBack) ?? [];
      run.plugins = { commands, redirection: undefined, errors: [] };
      this.#ended(run);
    };
    if (this.#refusals === 1) again();
    else {
      clearTimeout(this.#refusedTimer);
      this.slot.enter('working');
      this.#refusedTimer = setTimeout(again, refusedPauseMs);
    }
  }
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(describeThrown(error).error);
