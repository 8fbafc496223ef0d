import { EventEmitter } from 'node:events';
import { encodeJob, type Connection } from '@reskue/core/protocol';
import type { AnyJobs } from './any-jobs.js';
import { delayJob } from './delayed/delay-job.js';
import { dueAt, dueIn } from './delayed/due-time.js';
import { enqueueBulk } from './enqueue/enqueue-bulk.js';
import { enqueueJob } from './enqueue/enqueue-job.js';
import { jobCall, toArgs } from './enqueue/job-call.js';
import { Outbox } from './enqueue/outbox.js';
import type { ArgsOf, BulkJob, ClassName, DelayedArgsOf } from './enqueue/typed-args.js';
import { Producer } from './producer.js';
import type { QueueContext } from './queue-context.js';
import {
  checkJobs,
  resolveQueueOptions,
  type QueueOptions,
  type ResolvedQueueOptions,
} from './queue-options.js';

/** The part of a Queue that connects and puts jobs into Redis. */
export class Enqueuer<Jobs extends object = AnyJobs> extends EventEmitter {
  readonly options: ResolvedQueueOptions;
  readonly connection: Connection;
  jobs: Jobs;
  readonly #ownsConnection: boolean;
  /** What the methods work with. */
  protected readonly context: QueueContext;
  readonly #forward = {
    error: (error: unknown) => this.report(error),
    warning: (warning: unknown) => this.emit('warning', warning),
  };

  /** @throws RESKUE_OPTION_INVALID, RESKUE_PKG_UNSUPPORTED */
  constructor(options?: QueueOptions | null, jobs?: Jobs) {
    super();
    const resolved = resolveQueueOptions(options ?? {});
    this.options = resolved.options;
    this.connection = resolved.connection;
    this.#ownsConnection = resolved.ownsConnection;
    checkJobs(jobs ?? {});
    // Without jobs, the type is the open one, which an empty object is of.
    this.jobs = jobs ?? ({} as Jobs);
    this.context = this.#createContext();
  }

  /** Connects; calling it again does nothing. Rejects as `Connection#connect` does. */
  async connect(): Promise<void> {
    this.#listen(false);
    this.#listen(true);
    await this.connection.connect();
  }

  /** Closes the connection, unless it was handed in. */
  async end(): Promise<void> {
    this.context.outbox.flush();
    this.#listen(false);
    if (this.#ownsConnection) this.connection.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  /**
   * The payload of a job, as it is stored in a queue.
   * @throws RESKUE_ARGS_NOT_JSON
   */
  encode(queue: string, className: string, args: unknown = []): string {
    return encodeJob(this.connection.dialect, queue, className, toArgs(args));
  }

  /**
   * Puts a job into a queue, once, and resolves with true; with false when a `beforeEnqueue` hook refused it. A call whose
   * reply is lost is sent again for `enqueueTimeout` ms. Calls of one turn of the event loop go to Redis together, but
   * for the first of them where the eight calls before were each made when nothing else was under way.
   * @throws RESKUE_QUEUE_NAME_INVALID, RESKUE_JOB_NAME_INVALID, RESKUE_ARGS_NOT_JSON, RESKUE_ARGS_INVALID,
   * RESKUE_NOT_CONNECTED, Redis's own errors, what a `beforeEnqueue` hook throws: it is not stored.
   * RESKUE_ENQUEUE_UNCERTAIN: it may be. What an `afterEnqueue` hook throws: it is.
   */
  enqueue<Name extends ClassName<Jobs>>(
    queue: string,
    className: Name,
    ...[args]: ArgsOf<Jobs, Name>
  ): Promise<boolean> {
    // Without `async`, which would cost one more promise a job; and so nothing must be thrown here.
    try {
      return enqueueJob(this.context, jobCall(this.jobs, queue, className, args));
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * Enqueues many jobs, in one round trip per 1,000 of a queue, and resolves with what `enqueue` would for each, in order.
   * All are checked before the first is sent. When Redis fails on the way, those sent before are in their queues.
   * @throws as `enqueue`
   */
  async enqueueBulk(jobs: readonly BulkJob<Jobs>[]): Promise<boolean[]> {
    return enqueueBulk(this.context, jobs);
  }

  /**
   * Delays a job until an epoch ms; its hooks run then. Resolves with true; with undefined when the same job is delayed for
   * that second already and `suppressDuplicateTaskError` is set.
   * @throws RESKUE_JOB_DUPLICATE ("Job already enqueued at this time with same arguments"), RESKUE_TIME_INVALID, and as `enqueue`
   */
  async enqueueAt<Name extends ClassName<Jobs>>(
    timestamp: number | string,
    queue: string,
    className: Name,
    ...rest: DelayedArgsOf<Jobs, Name>
  ): Promise<boolean | undefined> {
    return this.#delay(dueAt(timestamp), queue, className, rest);
  }

  /** Delays a job for so many ms from now on; otherwise as `enqueueAt`. */
  async enqueueIn<Name extends ClassName<Jobs>>(
    time: number | string,
    queue: string,
    className: Name,
    ...rest: DelayedArgsOf<Jobs, Name>
  ): Promise<boolean | undefined> {
    return this.#delay(dueIn(time), queue, className, rest);
  }

  /** Emits `error`, if somebody listens: without a listener, Node would end the process. */
  protected report(error: unknown): void {
    if (this.listenerCount('error') > 0) this.emit('error', error);
  }

  #createContext(): QueueContext {
    const jobs = (): Jobs => this.jobs;
    const producer = new Producer(this.connection, this.options.enqueueTimeout);
    return {
      connection: this.connection,
      producer,
      outbox: new Outbox(this.connection, producer),
      enqueuedAt: this.options.enqueuedAt,
      // Looked up at each call: an application may assign them later.
      get jobs() {
        return jobs();
      },
      host: this,
      report: (error) => this.report(error),
    };
  }

  #delay(dueMs: number, queue: string, className: string, rest: unknown[]): Promise<boolean | undefined> {
    const [args, suppressed] = rest;
    return delayJob(this.context, jobCall(this.jobs, queue, className, args), dueMs, Boolean(suppressed));
  }

  #listen(on: boolean): void {
    for (const [event, listener] of Object.entries(this.#forward)) {
      if (on) this.connection.on(event, listener);
      else this.connection.removeListener(event, listener);
    }
  }
}

// An async function rejects with whatever is thrown.
async function rejected(error: unknown): Promise<never> {
  throw error;
}
