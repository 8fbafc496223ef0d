import type { Job } from '../jobs/job.js';
import type { PayloadMembers } from '../payload/payload-members.js';
import type { SettlementCommand } from '../scripts/outcome.js';
import { createPlugin, type PluginHost, type PluginSubject } from './create-plugin.js';
import { goOn } from './go-on.js';
import { isThenable } from './is-thenable.js';
import { Later, type Hearing } from './later.js';
import type { JobClaim } from './job-claim.js';
import { collectMembers, type PayloadMaking } from './payload-hook.js';
import type { Settling } from './plugin.js';
import { presentPart, type Redirection } from './settlement.js';

export type PluginHook = 'beforeEnqueue' | 'afterEnqueue' | 'beforePerform' | 'afterPerform';

/** What the plugins want of the settlement. */
export interface PluginSettlement {
  commands: SettlementCommand[];
  redirection: Redirection | undefined;
  /** What `onSettle` hooks threw: to be reported, not to be obeyed. */
  errors: unknown[];
}

/**
 * The plugins of one job on its one way through a Queue or a Worker: an instance is made when its first hook comes up,
 * and is the same in each later hook. One way is `run('before...')`, `run('after...')` if it came so far, and in any case
 * `settle()` at the end.
 */
export interface PluginRun {
  /** Runs a hook of each plugin in order; false when one refused, and then no further one runs. Rejects with what is thrown. */
  run(hook: PluginHook): Promise<boolean>;
  /**
   * The same at once, as far as nothing is to be waited for: gives a strict false, or a promise of it, when one refused, and
   * anything else when not. Throws, or rejects with, what is thrown.
   */
  runAtOnce(hook: PluginHook): unknown;
  /** What the plugins that were made want in the payload, beside `args`. Throws what a hook throws. */
  members(making: PayloadMaking): PayloadMembers | undefined;
  /** Runs the job's code inside of the plugins' `aroundPerform`. */
  around(perform: () => unknown): unknown;
  /** Calls `onSettle` of each plugin that a before hook has reached, the last first, and gives what all of them collected. */
  settle(settling: Settling): PluginSettlement | Promise<PluginSettlement>;
}

/** Undefined when the job has no plugins, so that there is nothing to await. A worker tells its claim. */
export function createPluginRun(
  host: PluginHost,
  func: string,
  queue: string,
  job: Job | null | undefined,
  args: readonly unknown[],
  claim?: JobClaim,
): PluginRun | undefined {
  const references: unknown[] | undefined = job?.plugins;
  if (!job || references === undefined || references.length === 0) return undefined;
  return new ListedPlugins(references, host, func, queue, job, args, claim);
}

/** What a plugin may have; a class need not extend `Plugin`, and anything may stand there. */
type Hooks = Partial<Record<PluginHook | 'aroundPerform' | 'onSettle', (...given: unknown[]) => unknown>>;

/** Plugins of which one has yet to answer, before the next one has its turn. */
interface Halt {
  plugins: ListedPlugins;
  rest: Later<unknown>;
  next: number;
  hook: PluginHook;
}

/** What its instances are made of it has itself: one object less that lives as long as the job (see `Hidden`). */
class ListedPlugins implements PluginRun, PluginSubject {
  static readonly #goingOn: Hearing<Halt, unknown> = {
    next({ plugins, rest, next, hook }, answer) {
      if (answer === false) {
        rest.resolve(false);
        return;
      }
      let further: unknown;
      try {
        further = plugins.#runFrom(next, hook);
      } catch (error) {
        rest.reject(error);
        return;
      }
      if (further instanceof Later) further.hear(ListedPlugins.#passing, rest);
      else if (isThenable(further))
        void further.then(
          (value) => rest.resolve(value),
          (error: unknown) => rest.reject(error),
        );
      else rest.resolve(further);
    },
    failed({ rest }, error) {
      rest.reject(error);
    },
  };

  static readonly #passing: Hearing<Later<unknown>, unknown> = {
    next: (rest, answer) => rest.resolve(answer),
    failed: (rest, error) => rest.reject(error),
  };

  readonly #references: readonly unknown[];
  readonly #plugins: object[] = [];
  /** How many of them were reached by a before hook. */
  #reached = 0;

  constructor(
    references: readonly unknown[],
    readonly host: PluginHost,
    readonly func: string,
    readonly queue: string,
    readonly job: Job,
    readonly args: readonly unknown[],
    readonly claim: JobClaim | undefined,
  ) {
    this.#references = references;
  }

  async run(hook: PluginHook): Promise<boolean> {
    return (await this.#runFrom(0, hook)) !== false;
  }

  runAtOnce(hook: PluginHook): unknown {
    return this.#runFrom(0, hook);
  }

  members(making: PayloadMaking): PayloadMembers | undefined {
    return collectMembers(this.#plugins, making);
  }

  around(perform: () => unknown): unknown {
    let run = perform;
    for (let at = this.#plugins.length - 1; at >= 0; at -= 1) {
      const plugin = this.#plugins[at] as Hooks;
      const { aroundPerform } = plugin;
      if (typeof aroundPerform !== 'function') continue;
      const inner = run;
      run = () => aroundPerform.call(plugin, inner);
    }
    return run();
  }

  settle(settling: Settling): PluginSettlement | Promise<PluginSettlement> {
    return this.#settleFrom(this.#reached - 1, settling, []);
  }

  /** A promise that need not be made is the cheapest: there is a job for each. */
  #runFrom(first: number, hook: PluginHook): unknown {
    const references = this.#references;
    for (let at = first; at < references.length; at += 1) {
      const plugin: Hooks = (this.#plugins[at] ??= createPlugin(references[at], this));
      if (hook === 'beforePerform' || hook === 'beforeEnqueue') this.#reached = at + 1;
      const method = plugin[hook];
      if (typeof method !== 'function') continue;
      const answer: unknown = method.call(plugin);
      if (answer === goOn) continue;
      if (answer === false) return false;
      if (!isThenable(answer)) continue;
      if (at + 1 === references.length) return answer;
      return answer instanceof Later
        ? this.#goOnLater(answer, at + 1, hook)
        : this.#goOn(answer, at + 1, hook);
    }
    return true;
  }

  async #goOn(answer: PromiseLike<unknown>, next: number, hook: PluginHook): Promise<unknown> {
    return (await answer) === false ? false : this.#runFrom(next, hook);
  }

  #goOnLater(answer: Later<unknown>, next: number, hook: PluginHook): Later<unknown> {
    const rest = new Later<unknown>();
    answer.hear(ListedPlugins.#goingOn, { plugins: this, rest, next, hook });
    return rest;
  }

  /** The last first; reached, they were made. */
  #settleFrom(
    last: number,
    settling: Settling,
    errors: unknown[],
  ): PluginSettlement | Promise<PluginSettlement> {
    for (let at = last; at >= 0; at -= 1) {
      const plugin = this.#plugins[at] as Hooks;
      try {
        const { onSettle } = plugin;
        const said: unknown = typeof onSettle === 'function' ? onSettle.call(plugin, settling) : undefined;
        if (isThenable(said)) return this.#goOnSettling(said, at - 1, settling, errors);
      } catch (error) {
        errors.push(error);
      }
    }
    return this.#collect(errors);
  }

  async #goOnSettling(
    said: PromiseLike<unknown>,
    last: number,
    settling: Settling,
    errors: unknown[],
  ): Promise<PluginSettlement> {
    try {
      await said;
    } catch (error) {
      errors.push(error);
    }
    return this.#settleFrom(last, settling, errors);
  }

  #collect(errors: unknown[]): PluginSettlement {
    let commands: SettlementCommand[] = [];
    let redirection: Redirection | undefined;
    for (const plugin of this.#plugins) {
      const part = presentPart(plugin);
      if (part === undefined) continue;
      commands = commands.length > 0 ? [...commands, ...part.commands] : part.commands;
      // Taken, so that nothing is sent twice.
      part.commands = [];
      redirection = part.redirection ?? redirection;
    }
    return { commands, redirection, errors };
  }
}
