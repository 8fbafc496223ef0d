import type { Job, Settling } from '@reskue/core';
import {
  createPluginRun,
  resolveJob,
  sendCommands,
  type PluginRun,
  type PromotionResult,
} from '@reskue/core/protocol';
import { asError, type Emit } from '../scheduler-events.js';
import { promotionQueue } from './promotion-queue.js';
import type { ReadPayload } from './read-payload.js';

export type HookedJob = Extract<ReadPayload, { ok: true }>;

/**
 * The enqueue hooks of due jobs. They run only for jobs whose definition the scheduler was given, as in node-resque.
 */
export class PromotionHooks {
  readonly #jobs: object;
  readonly #host: object;
  readonly #emit: Emit;

  constructor(jobs: object, host: object, emit: Emit) {
    this.#jobs = jobs;
    this.#host = host;
    this.#emit = emit;
  }

  has({ job }: HookedJob): boolean {
    const definition = this.#definition(job.class);
    return (definition?.plugins?.length ?? 0) > 0;
  }

  /** Runs the hooks around `move`; `refused` when one said no or threw, and then `move` was not called. */
  async around(
    hooked: HookedJob,
    move: () => Promise<PromotionResult>,
  ): Promise<PromotionResult | 'refused'> {
    const { job, queue } = hooked;
    const host = promotionQueue(this.#host, { queue, class: job.class, args: job.args });
    const run = createPluginRun(host, job.class, queue, this.#definition(job.class), job.args);
    if (run === undefined) return move();
    const settling: Settling = { phase: 'enqueue', outcome: 'refused' };
    try {
      if (!(await this.#allowed(run, queue, settling))) return 'refused';
      settling.outcome = 'failed';
      const moved = await move();
      settling.outcome = moved === 'moved' ? 'done' : 'refused';
      if (moved === 'moved') await this.#tell(queue, () => run.run('afterEnqueue'));
      return moved;
    } finally {
      await this.#tell(queue, () =>
        settle(host, run, settling, (error) => this.#emit('error', asError(error), queue)),
      );
    }
  }

  async #allowed(run: PluginRun, queue: string, settling: Settling): Promise<boolean> {
    try {
      return await run.run('beforeEnqueue');
    } catch (error) {
      settling.outcome = 'failed';
      settling.error = error;
      this.#emit('error', asError(error), queue);
      return false;
    }
  }

  /** The job has moved; a plugin that fails afterwards changes nothing. */
  async #tell(queue: string, step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#emit('error', asError(error), queue);
    }
  }

  #definition(name: string): Job | undefined {
    // Most schedulers know no jobs: no error needs to be made for that.
    if (!(name in this.#jobs)) return undefined;
    const resolved = resolveJob(this.#jobs, name);
    if (resolved.ok) return resolved.job;
    if (resolved.error.code !== 'RESKUE_JOB_NO_PERFORM') return undefined;
    // A scheduler need not know how to perform: only the plugins of a definition matter here.
    const given: unknown = Reflect.get(this.#jobs, name);
    return typeof given === 'object' && given !== null ? (given as Job) : undefined;
  }
}

async function settle(
  host: object,
  run: PluginRun,
  settling: Settling,
  report: (error: unknown) => void,
): Promise<void> {
  const { commands, errors } = await run.settle(settling);
  for (const error of errors) report(error);
  await sendCommands(host, commands);
}
