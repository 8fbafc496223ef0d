import type { Job } from '../jobs/job.js';
import type { ParsedJob } from '../jobs/parsed-payloads.js';
import type { PayloadMembers } from '../payload/payload-members.js';
import type { ScriptArgument } from '../scripts/define-script.js';
import type { PayloadMaking } from './payload-hook.js';
import type { PluginQueue } from './plugin-queue.js';
import { addCommand, settlementPart, type Redirection } from './settlement.js';

/** A hook's answer: a strict `false` stops; anything else lets go on. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a hook may return nothing
export type HookAnswer = boolean | void | Promise<boolean | void>;

/** A job's definition, and what this one job is; its `args` are the values, not the schema. */
export type PluginJob = ParsedJob & Omit<Job, 'args'>;

/** How a job went through, as `onSettle` is told. */
export interface Settling {
  /** Of an enqueue (`beforeEnqueue` had its turn), or of a run (`beforePerform` had). */
  phase: 'enqueue' | 'perform';
  /**
   * `done`: it is in the queue, or it was performed. `refused`: a before hook answered false. `failed`: something threw.
   * `requeued`: the worker was stopped, and the job goes back unspent.
   */
  outcome: 'done' | 'refused' | 'failed' | 'requeued';
  error?: unknown;
}

/**
 * Code around the enqueueing and performing of a job. Extend it, and list the class in `job.plugins`; its options stand in
 * `job.pluginOptions` under the name of the class. A worker makes one instance for a job's run, and a queue one for an
 * enqueue: what a hook leaves in a field, the later hooks of the same job find there.
 */
export abstract class Plugin {
  /** The class's name. */
  name: string;
  /**
   * The Worker, or at enqueueing the Queue. `any` as in node-resque: plugins read and delete `worker.error`, emit events,
   * and reach into fields of applications' own subclasses.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  worker: any;
  queueObject: PluginQueue;
  queue: string;
  func: string;
  /** The job's definition, with `class`, `queue` and `args` of this job; it is this plugin's own object. */
  job: PluginJob;
  // any: node-resque's declaration; hooks use args without a check.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  args: any[];
  // any: as above; what an option is, its plugin knows.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  options: { [option: string]: any };

  constructor(
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see `worker`
    worker: any,
    func: string,
    queue: string,
    job: ParsedJob,
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see `args`
    args: any[],
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see `options`
    options: { [option: string]: any },
  ) {
    this.name = this.constructor.name || 'Plugin';
    // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- see the field
    this.worker = worker;
    // A Worker has its Queue; a Queue is one.
    this.queueObject = ((worker as { queueObject?: PluginQueue } | null | undefined)?.queueObject ??
      worker) as PluginQueue;
    this.queue = queue;
    this.func = func;
    // Both: RunPlugin makes it of the definition and the payload.
    this.job = job as PluginJob;
    this.args = args;
    this.options = options;
  }

  /** Before the job goes into its queue; false refuses it, and `enqueue` resolves with false. */
  beforeEnqueue?(): HookAnswer;
  /** After it is in the queue. */
  afterEnqueue?(): HookAnswer;
  /**
   * What is to stand in the payload beside `args`, when it is made: after `beforeEnqueue`, or at `enqueueAt` and
   * `enqueueIn` at once, where it is the only hook that runs (the others do when the job is due) and needs to be a method.
   * The members stay with the job, byte for byte, through delay, retry and failure, and are ignored where jobs are compared;
   * `membersOf(claimOf(this).payload)` reads them in the worker. (resque-scheduler, in Ruby, drops them when it promotes.)
   */
  payloadMembers?(making: PayloadMaking): PayloadMembers | undefined;
  /** Before the run; false drops the job without a trace, unless `redirect` sends it elsewhere. */
  beforePerform?(): HookAnswer;
  /**
   * Around the run, inside of `beforePerform` and `afterPerform`: calls `perform` once and gives what it gives, at once.
   * For what must surround the job's own code, such as an `AsyncLocalStorage`. The first plugin is the outermost.
   */
  aroundPerform?(perform: () => unknown): unknown;
  /** After the run, also after a failed one: then `this.worker.error` holds the error, and deleting it makes a success. */
  afterPerform?(): HookAnswer;
  /**
   * After the job was taken out of its queue unperformed, by `del`, `delByFunction` or `delQueue` of a Queue that knows
   * the job's definition: the place to give back what `beforeEnqueue` took. Called once for all equal jobs of one call,
   * on an instance made for it.
   */
  afterDequeue?(): void | Promise<void>;
  /**
   * The last word, once for each plugin whose before hook had its turn, on every way out: a later plugin refused or threw,
   * the run failed, the worker stops. The place to give back what the before hook took, best by `settleWith`. It runs
   * before the settlement; an error here is reported by the `error` event and changes nothing. (A killed process says
   * nothing: what must end with it needs an expiry.)
   */
  onSettle?(settling: Settling): void | Promise<void>;

  /**
   * Adds a Redis command to the settlement of this job: it takes effect in the same atomic step, or not at all. Keys are
   * full names (`this.queueObject.connection.key(...)`), and all of them are to be told. Besides Redis's commands there is
   * `delif`, for what may be somebody else's meanwhile: it deletes its keys if each of them holds its text, or is not
   * there (as many args as keys; an empty text fits anything).
   */
  protected settleWith(command: string, keys: readonly string[], args: readonly ScriptArgument[] = []): void {
    addCommand(this, command, keys, args);
  }

  /** Sends the job elsewhere than to its end, in the same atomic step. The last call of the last plugin counts. */
  protected redirect(redirection: Redirection): void {
    settlementPart(this).redirection = redirection;
  }
}
