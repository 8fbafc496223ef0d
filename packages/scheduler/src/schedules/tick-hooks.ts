import {
  createPluginRun,
  resolveJob,
  sendCommands,
  type Job,
  type PayloadMembers,
  type PluginRun,
  type Settling,
} from '@reskue/core/protocol';

/** The job of a tick, as its hooks see it. */
export interface TickJob {
  queue: string;
  class: string;
  args: readonly unknown[];
}

/** `refused`: a hook said no, or threw `error`, and nothing was stored. */
export interface HookedOutcome {
  outcome: 'stored' | 'unstored' | 'refused';
  error?: unknown;
}

/**
 * The enqueue hooks of recurring jobs, for jobs whose definition is known: before the step that stores the job, and after
 * it. `report` hears what a plugin throws once that changes nothing any more.
 */
export class TickHooks {
  readonly #jobs: object;
  readonly #host: object;
  readonly #report: (error: unknown, queue: string) => void;

  constructor(jobs: object, host: object, report: (error: unknown, queue: string) => void) {
    this.#jobs = jobs;
    this.#host = host;
    this.#report = report;
  }

  /**
   * Runs the hooks around `store`, which is given what they want in the payload and tells whether it stored the job.
   * Rejects with what `store` throws.
   */
  async around(
    { queue, class: name, args }: TickJob,
    store: (members: PayloadMembers | undefined) => Promise<boolean>,
  ): Promise<HookedOutcome> {
    const run = createPluginRun(this.#host, name, queue, this.#definition(name), args);
    if (run === undefined) return { outcome: (await store(undefined)) ? 'stored' : 'unstored' };
    const settling: Settling = { phase: 'enqueue', outcome: 'refused' };
    let members: PayloadMembers | undefined;
    try {
      try {
        if (!(await run.run('beforeEnqueue'))) return { outcome: 'refused' };
        members = run.members({ phase: 'enqueue' });
      } catch (error) {
        settling.outcome = 'failed';
        settling.error = error;
        return { outcome: 'refused', error };
      }
      settling.outcome = 'failed';
      const isStored = await store(members);
      settling.outcome = isStored ? 'done' : 'refused';
      if (isStored) await this.#told(queue, () => run.run('afterEnqueue'));
      return { outcome: isStored ? 'stored' : 'unstored' };
    } finally {
      await this.#told(queue, () => this.#settle(run, settling, queue));
    }
  }

  async #settle(run: PluginRun, settling: Settling, queue: string): Promise<void> {
    const { commands, errors } = await run.settle(settling);
    for (const error of errors) this.#report(error, queue);
    await sendCommands(this.#host, commands);
  }

  async #told(queue: string, step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#report(error, queue);
    }
  }

  #definition(name: string): Job | undefined {
    const resolved = resolveJob(this.#jobs, name);
    if (resolved.ok) return resolved.job;
    if (resolved.error.code !== 'RESKUE_JOB_NO_PERFORM') return undefined;
    // A scheduler need not know how to perform: only the plugins of a definition matter here.
    const given: unknown = Reflect.get(this.#jobs, name);
    return typeof given === 'object' && given !== null ? (given as Job) : undefined;
  }
}
